import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Needles } from './needles.ts'

const secret = 'p"ass/w\\ord+é 9f3A'

function found(needles: Needles, chunks: readonly Uint8Array[]): boolean {
  const scan = needles.scan()
  return chunks.map((chunk) => scan.found(chunk)).includes(true)
}

const encoded: readonly (readonly [string, Buffer])[] = [
  ['raw', Buffer.from(secret)],
  ['json', Buffer.from(JSON.stringify({ password: secret }))],
  ['url', Buffer.from(`https://host/?p=${encodeURIComponent(secret)}`)],
  ['hex', Buffer.from(Buffer.from(secret).toString('hex'))],
  ['HEX', Buffer.from(Buffer.from(secret).toString('hex').toUpperCase())],
  ['utf16le', Buffer.from(secret, 'utf16le')],
  ...[0, 1, 2].map(
    (shift) =>
      [
        `base64 shifted by ${shift}`,
        Buffer.from(Buffer.from(`${'x'.repeat(shift)}${secret}yz`).toString('base64')),
      ] as const,
  ),
  ['base64url', Buffer.from(Buffer.from(secret).toString('base64url'))],
]

for (const [name, bytes] of encoded) {
  test(`the credential is found ${name}, however the bytes were cut`, () => {
    const needles = new Needles([secret])
    const text = Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')])
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length]
        const chunks = at.slice(1).map((end, i) => text.subarray(at[i], end))
        assert.equal(found(needles, chunks), true)
      }),
      { numRuns: 50 },
    )
  })
}

test('a credential is found wherever it lies in a long chunk, and its beginning at the end is told', () => {
  const word = 'correct horse battery staple'
  const needles = new Needles([word])
  fc.assert(
    fc.property(fc.integer({ min: 2040, max: 5000 }), fc.nat(5000), fc.nat(word.length - 1), (size, place, cut) => {
      const plain = Buffer.alloc(size, 'c')
      const scan = needles.scan()
      assert.equal(scan.found(plain), false)
      const at = Math.min(place, size - word.length)
      const leaky = Buffer.from(plain)
      leaky.write(word, at, 'latin1')
      assert.equal(scan.found(leaky), true, `at ${at} of ${size}`)
      assert.equal(scan.found(plain), false)
      const beginning = Buffer.from(plain)
      beginning.write(word.slice(0, cut), size - cut, 'latin1')
      assert.equal(scan.found(beginning), false)
      assert.equal(scan.tail, cut < 4 ? 0 : cut)
      assert.equal(scan.found(Buffer.from(word.slice(cut).padEnd(size))), true)
    }),
  )
})

test('a credential is found across the places where a long chunk is divided', () => {
  const word = 'correct horse battery staple'
  const needles = new Needles([word])
  for (const size of [2048, 2051, 4096]) {
    for (let quarter = 1; quarter < 4; quarter++) {
      for (let before = 0; before <= word.length; before++) {
        const leaky = Buffer.alloc(size, 'c')
        const at = quarter * Math.floor(size / 4) - before
        leaky.write(word, at, 'latin1')
        assert.equal(needles.scan().found(leaky), true, `at ${at} of ${size}`)
      }
    }
  }
})

test('nothing is found in bytes that do not hold it', () => {
  const needles = new Needles(['correct horse battery staple'])
  assert.equal(found(needles, [Buffer.from('correct horse battery stapl')]), false)
  assert.equal(found(needles, [Buffer.from('e correct horse')]), false)
})

test('the beginning of a credential at the end of a chunk is told, so that it can be held back', () => {
  const scan = new Needles(['abcdefghij']).scan()
  scan.found(Buffer.from('xx abcdef'))
  assert.equal(scan.tail, 6)
  scan.found(Buffer.from('x'))
  assert.equal(scan.tail, 0)
  scan.found(Buffer.from('abc'))
  assert.equal(scan.tail, 0, 'three characters give nothing away')
})

test('a secret too short to look for is counted as not scanned', () => {
  const scan = new Needles(['abc']).scan()
  assert.equal(scan.found(Buffer.from('abcabc')), false)
  assert.equal(scan.scannedBytes, 0)
})
