// The readers of bytes below every protocol.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Fault } from '../../src/kernel/fault.ts'
import { decodeBody, parseCodings, type ContentCoding } from '../../src/wire/content-coding.ts'
import { HeldBytes } from '../../src/wire/held-bytes.ts'
import { readSseLines, SseFramer } from '../../src/wire/sse.ts'
import { inputsOf, toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'
import { cutAtRandom } from './mutation.ts'
import { requireFault } from './promises.ts'

const texts = inputsOf('mask/*.json', 'bypass/*.json')

const maxHeld = 300

fuzz({
  name: 'held bytes',
  seeds: texts.slice(0, 200),
  maxBytes: 2_000,
  /** Against the simplest thing that could do the same: a list. */
  check(input, random) {
    const held = new HeldBytes({ maxBytes: maxHeld, code: 'frame.too-large' })
    let waiting = Buffer.alloc(0)
    for (const piece of cutAtRandom(random, input)) {
      const chunk = Buffer.from(piece)
      waiting = Buffer.concat([waiting, chunk])
      try {
        held.push(chunk)
        assert.deepEqual(Buffer.from(held.bytes.subarray(held.at, held.end)), waiting)
        const taken = random.below(held.left + 1)
        held.at += taken
        waiting = waiting.subarray(taken)
        held.settle()
      } catch (error) {
        requireFault(error, 'frame.too-large')
        assert.ok(waiting.length > maxHeld)
        return 'too large'
      }
      // The reader's buffer is used again.
      chunk.fill(0xaa)
      assert.deepEqual(Buffer.from(held.bytes.subarray(held.at, held.end)), waiting)
      assert.ok(held.left <= maxHeld)
    }
    return `left ${Math.min(held.left, 3)}`
  },
})

const maxEvent = 500

fuzz({
  name: 'server-sent events',
  seeds: [
    'event: a\ndata: {"x":1}\n\ndata: b\n\n',
    'data: a\r\ndata: b\r\n\r\n: comment\r\nid: 7\r\n\r\n',
    'data\rdata:\r\rdata: \r\r',
    '\ufeffdata: a\n\nevent:b\n\n\n\n',
  ].map(toBytes),
  words: ['data:', 'event: ', 'id', '\r', '\n', '\r\n\r\n', ': ', '\ufeff'],
  maxBytes: 3_000,
  check(input, random) {
    const whole = framed([input])
    if (typeof whole === 'string') return whole
    const cut = framed(cutAtRandom(random, input))
    assert.notEqual(typeof cut, 'string')
    assert.deepEqual(cut, whole)
    return `${Math.min(whole.events.length, 4)} ${whole.events
      .map((one) => one.replaceAll(/=[^,]*/g, ''))
      .join(';')
      .slice(0, 20)}`
  },
})

function framed(pieces: readonly Uint8Array[]): { bytes: string; events: string[] } | string {
  const framer = new SseFramer(maxEvent)
  let bytes = ''
  const events: string[] = []
  const onEvent = (from: Uint8Array, start: number, end: number): void => {
    assert.ok(end - start <= maxEvent && end > start)
    bytes += Buffer.from(from.subarray(start, end)).toString('latin1')
    const lines = readSseLines(from, start, end)
    for (const { start: first, value, end: last } of lines)
      assert.ok(start <= first && first <= value && value <= last && last <= end)
    const words = lines.flatMap(({ field, value, end: last }) =>
      field === 'blank' ? [] : [`${field}=${Buffer.from(from.subarray(value, last)).toString('latin1')}`],
    )
    // The LF of a CRLF that came later is handed on as an event without anything in it.
    if (words.length > 0) events.push(words.join())
  }
  try {
    for (const piece of pieces) {
      const chunk = Buffer.from(piece)
      framer.push(chunk, onEvent)
      chunk.fill(0x0a)
      assert.ok(framer.heldBytes <= maxEvent)
    }
    framer.finish(onEvent)
  } catch (error) {
    requireFault(error, 'upstream.protocol')
    return 'too long'
  }
  assert.equal(bytes, Buffer.concat(pieces).toString('latin1'), 'every byte passes once')
  return { bytes, events }
}

const coders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync }
const codings = Object.keys(coders) as ContentCoding[]
const plain = Buffer.from('{"model":"a","messages":[]}'.repeat(40))
const limits = { maxBytes: 1024 * 1024, maxRatio: 50 }

fuzz({
  name: 'content codings',
  seeds: [
    // The first byte says which coding, the second whether there is another one around it.
    ...codings.map((coding, i) => Buffer.concat([Uint8Array.of(i, 255), coders[coding](plain)])),
    ...codings.map((coding, i) => Buffer.concat([Uint8Array.of(i, 0), gzipSync(coders[coding](plain))])),
    Buffer.concat([Uint8Array.of(0, 255), gzipSync(Buffer.alloc(4 * 1024 * 1024))]),
    Buffer.concat([Uint8Array.of(3, 255), zstdCompressSync(Buffer.alloc(4 * 1024 * 1024))]),
  ].map((bytes) => Uint8Array.from(bytes)),
  async check(input) {
    const [inner = 0, outer = 0] = input
    const list = [codings[inner % 4], codings[outer]].filter((one) => one !== undefined)
    let told = 'decoded'
    try {
      const body = await decodeBody(input.subarray(2), list, limits, 'request.encoding')
      assert.ok(body.length <= limits.maxBytes)
      told += ` ${body.length}`
    } catch (error) {
      requireFault(error, 'request.encoding')
      told = `refused ${String((error as Fault).facts['why'])}`
    }
    namesOf(toText(input))
    return `${list.join()} ${told}`
  },
})

function namesOf(text: string): void {
  try {
    assert.ok(parseCodings([text, text.slice(2)], 'upstream.encoding').length <= 2)
  } catch (error) {
    requireFault(error, 'upstream.encoding')
  }
}
