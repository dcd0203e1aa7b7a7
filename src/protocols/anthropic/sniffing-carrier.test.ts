import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { toCarrier } from './carriers.ts'

function carried(contentType: string, body: string, size: number): string {
  const masker = new FakeMasker()
  const { carrier } = toCarrier({ contentType, length: -1, endpoint: 'message' }, (url) => url)
  const bytes = Buffer.from(body)
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size)
    out.push(Buffer.from(carrier.carry(bytes.subarray(at, at + size), masker)))
  out.push(carrier.finish(masker))
  return Buffer.concat(out).toString()
}

const delta = (text: string): string =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${text}"}}\n\n`

const stream = delta('to jane@exa') + delta('mple.com, now')

describe('a stream of events under another name is carried as one', () => {
  for (const contentType of ['', 'text/plain', 'application/json', 'application/octet-stream', 'application/x-ndjson'])
    for (const size of [1, 7, 1000])
      for (const before of ['', '\n\r\n', '\ufeff', ': waits\n\n', 'retry: 3\n\n'])
        test(`${contentType} in pieces of ${size} behind ${JSON.stringify(before)}`, () => {
          const out = carried(contentType, before + stream, size)
          assert.ok(!out.includes('jane'), out)
          assert.match(out, /\[mail\]/)
        })
})

describe('anything else is what it says', () => {
  for (const [contentType, body, masked] of [
    ['application/json', '{"to":"jane@example.com"}', '{"to":"[mail]"}'],
    ['application/json', '\n{"to":"\\u006aane@example.com"}', '\n{"to":"[mail]"}'],
    ['text/plain', 'eve', 'eve'],
    ['text/plain', 'even jane@example.com', 'even [mail]'],
    ['text/plain', '', ''],
    ['text/plain', '\n'.repeat(3000) + 'jane@example.com', '\n'.repeat(3000) + '[mail]'],
    ['application/x-ndjson', '{"to":"jane@example.com"}\n[]', '{"to":"[mail]"}\n[]'],
  ] as const)
    for (const size of [1, 1000])
      test(`${contentType} ${JSON.stringify(body.slice(0, 30))} in pieces of ${size}`, () => {
        assert.equal(carried(contentType, body, size), masked)
      })
})
