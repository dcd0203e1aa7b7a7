import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { startListening } from './byte-listener.ts'

test('a port that is taken is named; a free one is told', async () => {
  const [first, second] = [createServer(), createServer()]
  const port = await startListening(first, { host: '127.0.0.1', port: 0, name: 'toy' })
  assert.ok(port > 0)
  await assert.rejects(startListening(second, { host: '127.0.0.1', port, name: 'toy' }), {
    code: 'config.invalid',
    facts: { where: 'listen.toy', port, why: 'EADDRINUSE' },
  })
  first.close()
})

test('clients that cannot be accepted do not end the process', async () => {
  const server = createServer()
  await startListening(server, { host: '127.0.0.1', port: 0, name: 'toy' })
  for (let i = 0; i < 3; i++) server.emit('error', Object.assign(new Error('accept'), { code: 'ENFILE' }))
  assert.equal(server.listening, true)
  server.close()
})
