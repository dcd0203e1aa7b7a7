import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { size } from '../../test/harness/depth.ts'
import { Fault } from '../kernel/fault.ts'
import { ContentDecoder, decodeBody, parseCodings, type ContentCoding } from './content-coding.ts'

const code = 'request.encoding'
const limits = { maxBytes: 64 * 1024 * 1024 }
const coders: Readonly<Record<ContentCoding, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: zstdCompressSync,
}
const codings: readonly ContentCoding[] = ['gzip', 'deflate', 'br', 'zstd']
const text = Buffer.from('a body that repeats itself, '.repeat(400))

function encode(bytes: Uint8Array, applied: readonly ContentCoding[]): Uint8Array {
  return applied.reduce((body, coding) => coders[coding](body), bytes)
}

const isFault =
  (why: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof Fault &&
    thrown.code === code &&
    thrown.facts['why'] === why &&
    thrown.message === 'request.encoding: This encoding cannot be inspected, so it is not allowed.'

describe('names', () => {
  test('are those of the headers in order, without what is none', () => {
    assert.deepEqual(parseCodings([], code), [])
    assert.deepEqual(parseCodings(['', ' identity '], code), [])
    assert.deepEqual(parseCodings(['GZIP, identity', 'br'], code), ['gzip', 'br'])
    assert.deepEqual(parseCodings(['x-gzip'], code), ['gzip'])
  })
  for (const values of [
    ['sdch'],
    ['gzip', 'compress'],
    ['constructor'],
    ['__proto__'],
    ['gzip;q=1'],
    ['gzip, br, gzip'],
  ]) {
    test(`refused: ${values.join(' and ')}`, () => {
      assert.throws(() => parseCodings(values, code), (thrown) => thrown instanceof Fault && thrown.code === code) // prettier-ignore
    })
  }
  test('none is overlooked behind many that mean nothing', () => {
    for (const values of [
      [`${'identity,'.repeat(20)}gzip`],
      [','.repeat(1_000_000)],
      Array.from({ length: 20 }, () => ''),
    ])
      assert.throws(() => parseCodings(values, code), isFault('too many codings'))
    assert.deepEqual(parseCodings([`${','.repeat(10)}gzip`], code), ['gzip'])
  })
})

for (const applied of [...codings.map((one) => [one]), ...codings.flatMap((a) => codings.map((b) => [a, b]))]) {
  test(`${applied.join(', ')} is taken off`, async () => {
    assert.deepEqual(await decodeBody(encode(text, applied), applied, limits, code), text)
  })
}

test('nothing to take off is the same object, and no bytes are no bytes', async () => {
  assert.equal(await decodeBody(text, [], limits, code), text)
  assert.equal((await decodeBody(new Uint8Array(0), ['gzip'], limits, code)).length, 0)
})

test('however the body was cut, and whatever its pieces become afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...codings), fc.array(fc.nat(500), { maxLength: 8 }), async (coding, cuts) => {
      const coded = encode(text, [coding])
      const places = [...new Set(cuts.map((place) => place % coded.length))].sort((a, b) => a - b)
      const chunks: Uint8Array[] = []
      await new Promise<void>((end, failed) => {
        const decoder = new ContentDecoder([coding], limits, code, { data: (chunk) => chunks.push(chunk), end, failed })
        for (const [i, start] of [0, ...places].entries()) {
          const piece = Uint8Array.from(coded.subarray(start, places[i] ?? coded.length))
          decoder.write(piece, () => undefined)
          piece.fill(0)
        }
        decoder.end()
      })
      assert.deepEqual(Buffer.concat(chunks), text)
    }),
    { numRuns: size(60, 8) },
  )
})

describe('refused', () => {
  for (const coding of codings) {
    const coded = encode(text, [coding])
    test(`${coding} that is cut off, is none, or has something behind its end`, async () => {
      for (const broken of [
        coded.subarray(0, coded.length - 3),
        Buffer.from('no such thing'),
        Buffer.concat([coded, Buffer.from('{}')]),
      ])
        await assert.rejects(decodeBody(broken, [coding], limits, code), isFault('it does not decode'))
    })
  }

  test('a second member of gzip, which some decoders leave out', async () => {
    await assert.rejects(decodeBody(Buffer.concat([gzipSync('{}'), gzipSync('{}')]), ['gzip'], limits, code), isFault('it does not decode')) // prettier-ignore
  })

  const nothing = Buffer.alloc(size(8, 2) * 1024 * 1024)
  for (const applied of [['br'], ['zstd'], ['gzip', 'gzip'], ['br', 'gzip']] as const) {
    test(`a bomb of ${applied.join(', ')}, before it is large`, async () => {
      let most = 0
      const fault = await new Promise((resolve) => {
        const decoder = new ContentDecoder(applied, limits, code, {
          data: (chunk) => (most += chunk.length),
          end: () => resolve(null),
          failed: resolve,
        })
        decoder.write(encode(nothing, applied), () => undefined)
        decoder.end()
      })
      assert.ok(isFault('it grows too much')(fault))
      assert.ok(most <= 1024 * 1024, `${most} bytes came out`)
    })
  }

  test('more than the limit, at any ratio', async () => {
    const noise = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 31) >> 7))
    await assert.rejects(
      decodeBody(gzipSync(noise), ['gzip'], { maxBytes: 39_999 }, code),
      isFault('it grows too much'),
    )
    assert.equal((await decodeBody(gzipSync(noise), ['gzip'], { maxBytes: 40_000 }, code)).length, 40_000)
  })
})

test('it is told once how it ended', async () => {
  const told: string[] = []
  let hasFailed = (): void => undefined
  const decoder = new ContentDecoder(['gzip'], limits, code, {
    data: () => told.push('data'),
    end: () => told.push('end'),
    failed: () => {
      told.push('failed')
      hasFailed()
    },
  })
  decoder.write(Buffer.from('no gzip'), () => undefined)
  decoder.end()
  await new Promise<void>((resolve) => (hasFailed = resolve))
  decoder.write(gzipSync('late'), () => undefined)
  decoder.end()
  decoder.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(told, ['failed'])
})
