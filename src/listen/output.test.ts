import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { Output } from './output.ts'

function collector(): { socket: Writable; text: () => string } {
  const chunks: Buffer[] = []
  const socket = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { socket, text: () => Buffer.concat(chunks).toString() }
}

test('what was wished first goes first, in whatever order it becomes ready', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 20 }), fc.infiniteStream(fc.nat()), async (waits, order) => {
      const { socket, text } = collector()
      const output = new Output(socket)
      const later: (() => void)[] = []
      waits.forEach((mustWait, i) => {
        const bytes = Buffer.from(`${i},`)
        if (!mustWait) output.ready(bytes)
        else {
          const fill = output.reserve(bytes.length)
          later.push(() => fill(bytes))
        }
      })
      while (later.length > 0) later.splice((order.next().value ?? 0) % later.length, 1)[0]?.()
      await new Promise(setImmediate)
      assert.equal(text(), waits.map((_, i) => `${i},`).join(''))
      assert.equal(output.waitingBytes, 0)
    }),
  )
})

test('whenEmpty waits for what is on its way', () => {
  const { socket } = collector()
  const output = new Output(socket)
  const fill = output.reserve(1)
  let empty = false
  output.whenEmpty(() => {
    empty = true
  })
  assert.equal(empty, false)
  fill(Buffer.from('x'))
  assert.equal(empty, true)
})

test('what was discarded never goes out, even when it becomes ready', async () => {
  const { socket, text } = collector()
  const output = new Output(socket)
  const fill = output.reserve(6)
  output.discard()
  fill(Buffer.from('secret'))
  output.ready(Buffer.from('error'))
  await new Promise(setImmediate)
  assert.equal(text(), 'error')
})
