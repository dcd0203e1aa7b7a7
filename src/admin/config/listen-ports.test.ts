import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocols } from '../../protocols/index.ts'
import { parseConfiguration } from './configuration.ts'
import { printProblem } from './yaml-source.ts'

function problemsOf(listen: string): string[] {
  const parsed = parseConfiguration('sallyport.yaml', `origin: gw.test\nlisten:\n${listen}`, protocols)
  return parsed.ok ? [] : parsed.problems.map(printProblem)
}

test('two listeners cannot have one port, unless it is any that is free', () => {
  assert.deepEqual(problemsOf('  https: { port: 8470 }\n  postgres: { port: 8470 }\n'), [
    'sallyport.yaml:4:15: listen.postgres.port: https listens on port 8470 already',
  ])
  assert.deepEqual(problemsOf('  https: { port: 0 }\n  postgres: { port: 0 }\n'), [])
  assert.deepEqual(problemsOf('  https: { port: 8470 }\n  postgres: { port: 8432 }\n'), [])
})

test('half a certificate is told what a whole one is', () => {
  assert.deepEqual(problemsOf('  https: { port: 8470, tls: { cert: ./cert.pem } }\n'), [
    'sallyport.yaml:3:24: listen.https.tls: tls is auto, off or { cert: FILE, key: FILE }',
  ])
})
