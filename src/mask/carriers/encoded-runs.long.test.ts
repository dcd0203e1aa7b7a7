import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import { size } from '../../../test/harness/depth.ts'
import { maskPieces, maskValue, newMasking, text, toBytes, toText } from '../../../test/harness/masking.ts'
import { Noise } from '../../../test/harness/noise.ts'
import { allDetectors } from '../detectors/index.ts'
import { nonWord } from '../engine/byte-set.ts'

const base64 = (value: string): string => Buffer.from(value).toString('base64')
const masking = newMasking()
const noise = new Noise(1)
const both = base64('alice@example.com and 4111 1111 1111 1111')

test('the finding has the inner class, rule and the field; the run is one finding', () => {
  const { text: masked, findings } = maskValue(masking, `a ${both} b`, { name: 'note', content: 'text' })
  assert.equal(masked, 'a [redacted:pii/email] b')
  assert.deepEqual(findings, [{ class: 'pii/email', rule: 'email', field: 'note', count: 1 }])
})

test('what the principal may see is no finding inside Base64 either', () => {
  const value = toBytes(both)
  const seen = (...classes: readonly string[]): string => {
    const masker = masking.open((dataClass) => classes.includes(dataClass))
    return toText(masker.value(value, 0, value.length, text) ?? value)
  }
  assert.equal(seen('pii/email'), '[redacted:pci/card]')
  assert.equal(seen('pii/email', 'pci/card'), both)
})

test('the name of the field speaks for decoded text, too', () => {
  const value = base64('078051123 is what it says')
  assert.equal(maskValue(masking, value).text, value)
  assert.match(maskValue(masking, value, { name: 'ssn', content: 'text' }).text, /^\[redacted:pii\//)
})

test('a JWT is whole for those who may see JWTs, and masked as one for others', () => {
  const part = (value: string): string => Buffer.from(value).toString('base64url')
  const jwt = `${part('{"alg":"HS256"}')}.${part('{"sub":"1","email":"alice@example.com"}')}.${part('s'.repeat(32))}`
  const bytes = toBytes(`t ${jwt} u`)
  const seen = masking.open((dataClass) => dataClass === 'secret/jwt').value(bytes, 0, bytes.length, text)
  assert.equal(seen, null)
  assert.equal(maskValue(masking, `t ${jwt} u`).text, 't [redacted:secret/jwt] u')
  // Without its head it is no JWT.
  assert.match(maskValue(masking, `t.${jwt.split('.')[1]}`).text, /^t\.\[redacted:pii\/email\]$/)
})

test('long runs that hold no text are counted as not looked into', () => {
  const masker = masking.open(() => false)
  const picture = noise.bytes(30_000).toString('base64')
  const bytes = toBytes(`data:image/png;base64,${picture} ${noise.bytes(3_000).toString('base64')}`)
  masker.value(bytes, 0, bytes.length, text)
  assert.deepEqual(masker.drain().coverage, { scannedBytes: bytes.length, opaqueBytes: 40_000, encodedBytes: 40_000 })
})

test('a detector that fails on decoded text masks, and says so', () => {
  const fail = (): number => {
    throw new TypeError('a defect')
  }
  const failing = { id: 'f', dataClass: 'pii/f', pattern: 'boom', left: nonWord, right: nonWord, maxBytes: 8, score: 1, check: fail } // prettier-ignore
  const broken = newMasking({ detectors: [failing] })
  const value = `before ${base64('here it goes: boom, and on')} after`
  const findings = [{ class: 'secret/unknown', rule: 'detector-failed', field: null, count: 1 }]
  assert.deepEqual(maskValue(broken, value), { text: '[redacted:secret/unknown]', findings })
  const streamed = maskPieces(
    broken,
    Array.from(toBytes(value), (byte) => Uint8Array.of(byte)),
  )
  assert.deepEqual(streamed, { text: 'before [redacted:secret/unknown] after', findings })
})

describe('identifiers stay whole', () => {
  const structured = newMasking({ detectors: allDetectors.filter((one) => !one.dataClass.startsWith('secret/')) })
  const make = {
    'random bytes in Base64': () => noise.bytes(noise.integer(18, 274)).toString('base64'),
    'of URLs': () => noise.bytes(30).toString('base64url'),
    'digits of a hash': () => noise.bytes(32).toString('hex'),
    'words with dashes': () => Array.from({ length: 6 }, () => noise.bytes(3).toString('hex')).join('-'),
  }
  for (const [what, one] of Object.entries(make)) {
    test(what, () => {
      const values = Array.from({ length: size(3_000, 300) }, one)
      const changed = values.filter((value) => /\[redacted/.test(structured.apply(value).text))
      // Chance writes a short address in one of some hundred thousand.
      assert.ok(changed.length <= 1, changed.join('\n'))
    })
  }
})
