import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { cut, maskPieces, maskValue, newMasking, toBytes } from '../../../test/harness/masking.ts'
import { isLuhn } from '../detectors/checksums.ts'
import { cardToken } from './own-tokens.ts'

const masking = newMasking()

for (const text of [
  'phone 240.176.209.201/24',
  'phone 240.176.209.201',
  'password= +999990848304281',
  'password= +999123456789012',
  'password= +999123456789012:1b:44:11:3a:b7',
  'password=DE00ABCDEFGHIJ234567',
  'password=100::1abc:2def:3012:4fff',
  'password=f7:34:02:13:79:13',
  'password=9999856477375731',
  'password=u_abcdefghij23@masked.invalid',
  'ssn [masked:pii/us-passport/abcdefghij234] 123456789',
  'passport [redacted:pii/us-ssn]',
  '[hash:pii/us-passport/0123456789abcdef0123456789abcdef] 123456789',
  '[masked:pii/de-tax-id/sqh7cx4i42ucw] 258 154 358',
  '[pii/us-passport] 123456789',
  'acct 9999856477375731',
  'phone 000-12-3456',
  'mac f7:34:02:13:79:13',
]) {
  test(`stays as it is: ${text}`, () => {
    const expected = text.startsWith('ssn ') ? maskValue(masking, text).text : text
    assert.equal(maskValue(masking, text).text, expected)
    for (let at = 1; at < text.length; at++)
      assert.equal(maskPieces(masking, cut(toBytes(text), [at])).text, expected, `cut at ${at}`)
  })
}

for (const [text, why] of [
  ['passport [x] 123456789', 'a bracket that is no mark'],
  ['passport [redacted:pii/us-ssn] 123456789', 'the word stands before the mark'],
  ['phone 240.176.209.2011', 'no address'],
  ['password=anyone@masked.invalid', 'no token of ours'],
  ['password=+999990848304281/s3cr3tPass', 'more than a token'],
  ['acct 9999856477375732', 'a card token has another sum'],
  ['[masked:pii/us-ssn/abcdefghij234] 078-05-1123', 'a value behind a token'],
  ['u_abcdefghij23@masked.invalid 078-05-1123', 'a value behind a token'],
  ['+999990848304281 alice@example.com', 'a value behind a token'],
  ['[masked:aa/4111111111111111', 'a number where a class would be'],
  ['[masked:aa/4111111111111111-', 'a number where a class would be'],
  ['[redacted:pci/4111111111111111]', 'a number where a class would be'],
  ['[pci/4111111111111111]', 'a number where a class would be'],
  ['[pii/078-05-1123]', 'a number where a class would be'],
  ['[hash:pci/card/4111111111111111', 'no hash is so short'],
] as const) {
  test(`is masked: ${text} – ${why}`, () => {
    const masked = maskValue(masking, text).text
    assert.notEqual(masked, text)
    for (let at = 1; at < text.length; at++)
      assert.equal(maskPieces(masking, cut(toBytes(text), [at])).text, masked, `cut at ${at}`)
  })
}

test('the token of a card has its length, and is no card', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{8,15}$/), (digits) => {
      const token = cardToken(digits)
      assert.equal(token.length, digits.length + 4)
      assert.ok(/^9999\d+$/.test(token) && !isLuhn(Uint8Array.from(token, Number), token.length))
      assert.equal(maskValue(masking, `acct ${token}`).text, `acct ${token}`)
    }),
    { numRuns: runs(200) },
  )
})

test('the token of a hardware address is written like it, and belongs to no station', () => {
  for (const [address, form] of [
    ['00:1b:44:11:3a:b7', /^f7(?::[0-9a-f]{2}){5}$/],
    ['00-1B-44-11-3A-B7', /^f7(?:-[0-9a-f]{2}){5}$/],
    ['001b.4411.3ab7', /^f7[0-9a-f]{2}(?:\.[0-9a-f]{4}){2}$/],
  ] as const) {
    const token = maskValue(masking, `mac ${address}`).text.slice(4)
    assert.match(token, form)
    assert.equal(maskValue(masking, `mac ${token}`).text, `mac ${token}`)
  }
})
