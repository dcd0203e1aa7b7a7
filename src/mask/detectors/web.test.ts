import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { webDetectors } from './web.ts'

const { found, asked } = oneClass(webDetectors, 'net/url')

test('addresses of the web are found for those who ask', () => {
  const rows = [
    ['see https://www.example.com/.', 'https://www.example.com/'],
    ['(http://example.com)', 'http://example.com'],
    ["'https://example.org/a/b?c=d#e'", 'https://example.org/a/b?c=d#e'],
    ['HTTP://EXAMPLE.COM:8080/x.html, and', 'HTTP://EXAMPLE.COM:8080/x.html'],
    ['www.example.museum is', 'www.example.museum'],
    ['https://192.0.2.7/', 'https://192.0.2.7/'],
    ['https://xn--bcher-kva.example.de?q', 'https://xn--bcher-kva.example.de?q'],
    ['wss://a.b-c.io/socket', 'wss://a.b-c.io/socket'],
  ] as const
  for (const [text, url] of rows) {
    assert.deepEqual(asked(text), [url])
    assert.deepEqual(found(text), [url])
  }
})

test('what is no address', () => {
  for (const text of [
    'www.example',
    'http://example',
    'http://-a.com',
    'xhttp://example.com',
    'https://a.b.',
    'www.com',
    'http://example.notatopdomain',
    'http://a..com/',
  ])
    assert.deepEqual(asked(text), [], text)
})
