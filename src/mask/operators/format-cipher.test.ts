import assert from 'node:assert/strict'
import test from 'node:test'
import { FF1 } from '@noble/ciphers/ff1.js'
import * as fc from 'fast-check'
import { maskValue, newMasking, toBytes } from '../../../test/harness/masking.ts'
import { TokenMint } from './tokens.ts'
import { FormatCipher } from './format-cipher.ts'
import { Secret } from '../../kernel/secret.ts'

const mint = (epoch = '1'): TokenMint => new TokenMint(new Secret(new Uint8Array(32).fill(7)), epoch)
const radixes = new Map([['pii/us-ssn', 10], ['pci/card', 10], ['pii/in-pan', 36]] as const) // prettier-ignore
const cipher = new FormatCipher(radixes, mint())

/** NIST SP 800-38G, samples 1–3 and 7–9 of FF1, as published with the standard. */
const key = '2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94'
for (const [bytes, radix, tweak, plain, enciphered] of [
  [16, 10, '', '0123456789', '2433477484'],
  [16, 10, '39383736353433323130', '0123456789', '6124200773'],
  [16, 36, '3737373770717273373737', '0123456789abcdefghi', 'a9tv40mll9kdu509eum'],
  [32, 10, '', '0123456789', '6657667009'],
  [32, 10, '39383736353433323130', '0123456789', '1001623463'],
  [32, 36, '3737373770717273373737', '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd'],
] as const) {
  test(`FF1 gives ${enciphered} as NIST says`, () => {
    const used = Uint8Array.from(Buffer.from(key.slice(0, bytes * 2), 'hex'))
    const ff1 = FF1(radix, used, Uint8Array.from(Buffer.from(tweak, 'hex')))
    const numerals = Array.from(plain, (character) => Number.parseInt(character, radix))
    assert.equal(ff1.encrypt(numerals).map((one) => one.toString(radix)).join(''), enciphered) // prettier-ignore
  })
}

const numeral = fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'))
const value = fc
  .array(fc.tuple(numeral, fc.constantFrom('', '', '', '-', ' ', '.')), { minLength: 4, maxLength: 40 })
  .map((pairs) => pairs.flat().join(''))

test('whoever has the key has the value again, of the same form', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(null, 'id', 'né'), (text, column) => {
      const made = cipher.encipher('pii/in-pan', column, text)
      assert.ok(made !== null)
      assert.equal(made.replace(/[0-9A-Z]/g, '#'), text.replace(/[0-9A-Z]/g, '#'))
      assert.equal(cipher.decipher('pii/in-pan', column, made), text)
    }),
    { numRuns: 60 },
  )
})

test('class, column, epoch and key each make another value; letters come back in upper case', () => {
  const ssn = '078-05-1123'
  const made = [
    cipher.encipher('pii/us-ssn', 'ssn', ssn),
    cipher.encipher('pii/us-ssn', 'tax', ssn),
    cipher.encipher('pii/us-ssn', null, ssn),
    cipher.encipher('pci/card', 'ssn', ssn),
    new FormatCipher(radixes, mint('2')).encipher('pii/us-ssn', 'ssn', ssn),
    new FormatCipher(radixes, new TokenMint(new Secret(new Uint8Array(32)), '1')).encipher('pii/us-ssn', 'ssn', ssn),
    ssn,
  ]
  assert.equal(new Set(made).size, made.length)
  assert.ok(made.every((one) => /^\d{3}-\d\d-\d{4}$/.test(one ?? '')))
  const pan = cipher.encipher('pii/in-pan', null, 'abcde1234f')
  assert.equal(pan, cipher.encipher('pii/in-pan', null, 'ABCDE1234F'))
  assert.equal(cipher.decipher('pii/in-pan', null, pan ?? ''), 'ABCDE1234F')
})

test('fewer than a million values, too many numerals, and what might be a part of the value are not enciphered', () => {
  assert.equal(cipher.encipher('pii/us-ssn', null, '12345'), null)
  assert.ok(cipher.encipher('pii/us-ssn', null, '123456') !== null)
  assert.equal(cipher.encipher('pii/in-pan', null, 'AB1'), null)
  assert.ok(cipher.encipher('pii/in-pan', null, 'AB12') !== null)
  assert.equal(cipher.encipher('pii/us-ssn', null, '1'.repeat(65)), null)
  assert.equal(cipher.encipher('pii/us-ssn', null, Buffer.from('서울-12-345678').toString('latin1')), null)
  assert.equal(cipher.encipher('pii/person', null, '123456789'), null, 'a class it is not for')
})

test('a column keeps its form and is found again by unmask; what has no form is redacted', () => {
  const masking = newMasking({ operators: { 'pii/*': 'fpe' } })
  const column = { name: 'ssn', content: 'text' } as const
  const masked = maskValue(masking, '078-05-1123', column).text
  assert.match(masked, /^\d{3}-\d\d-\d{4}$/)
  assert.notEqual(masked, '078-05-1123')
  assert.equal(maskValue(masking, '078-05-1123', column).text, masked, 'the kept one')
  const other = maskValue(masking, '078-05-1123', { name: 'tax_ssn', content: 'text' }).text
  assert.notEqual(other, masked, 'of another column')
  assert.equal(masking.unmask('pii/us-ssn', 'ssn', masked), '078-05-1123')
  assert.equal(masking.unmask('pii/us-ssn', 'tax_ssn', other), '078-05-1123')
  assert.notEqual(masking.unmask('pii/us-ssn', 'tax_ssn', masked), '078-05-1123')
  assert.equal(newMasking().unmask('pii/us-ssn', 'ssn', masked), '078-05-1123', 'whatever the operator is now')
  assert.equal(maskValue(masking, 'alice@example.com').text, '[redacted:pii/email]')
  const spaced = maskValue(masking, 'call +49 30 901820').text
  assert.match(spaced, /^call \+\d\d \d\d \d{6}$/)
  assert.equal(masking.unmask('pii/phone', null, spaced.slice(5)), '+49 30 901820')
  assert.equal(masking.unmask('pii/email', null, 'alice@example.com'), null)
})

test('what stands between in more bytes than one stays', () => {
  const masking = newMasking({ operators: { 'pii/us-ssn': 'fpe' } })
  const text = '078\u00a005\u00a01123'
  const masked = maskValue(masking, text, { name: 'ssn', content: 'text' }).text
  assert.match(masked, /^\d{3}\u00a0\d\d\u00a0\d{4}$/)
  assert.equal(toBytes(masked).length, toBytes(text).length)
  assert.equal(masking.unmask('pii/us-ssn', 'ssn', masked), text)
})
