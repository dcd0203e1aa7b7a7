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

test('borrowed bytes go out as they were, whatever their owner does with them, however slowly they are taken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.nat(9000), isSlow: fc.boolean() }), { maxLength: 8 }),
      async (steps) => {
        const taken: Buffer[] = []
        let isSlow = false
        const socket = new Writable({
          write(chunk: Buffer, _encoding, done) {
            const take = (): void => {
              taken.push(Buffer.from(chunk))
              done()
            }
            if (isSlow) setImmediate(take)
            else take()
          },
        })
        const output = new Output(socket)
        const expected: Buffer[] = []
        const readBuffer = Buffer.alloc(9000)
        for (const [i, step] of steps.entries()) {
          isSlow = step.isSlow
          readBuffer.fill(i + 1, 0, step.size)
          expected.push(Buffer.from(readBuffer.subarray(0, step.size)))
          output.borrowed(readBuffer.subarray(0, step.size))
          readBuffer.fill(0xee)
        }
        await new Promise((done) => {
          socket.end(done)
        })
        assert.deepEqual(Buffer.concat(taken), Buffer.concat(expected))
      },
    ),
    { numRuns: 50 },
  )
})

test('borrowed bytes behind others that are on their way are kept', async () => {
  const { socket, text } = collector()
  const output = new Output(socket)
  const fill = output.reserve(1)
  const readBuffer = Buffer.from('borrowed')
  output.borrowed(readBuffer)
  readBuffer.fill(0)
  fill(Buffer.from('first,'))
  await new Promise(setImmediate)
  assert.equal(text(), 'first,borrowed')
})
