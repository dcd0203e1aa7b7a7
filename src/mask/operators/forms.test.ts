import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import { newMasking } from '../../../test/harness/masking.ts'
import { allDetectors } from '../detectors/index.ts'
import { canonicalOf, formOf, radixOf, reachesDomain } from './forms.ts'
import { shapeOf } from './shapes.ts'

const canonical = (dataClass: string, text: string): string =>
  shapeOf(dataClass).canonical(Buffer.from(text, 'utf8').toString('latin1'))

for (const [dataClass, one, other] of [
  ['pii/au-tfn', '258 154 358', '258154358'],
  ['pii/de-tax-id', '36 574 261 809', '36574261809'],
  ['pii/uk-nino', 'ab 12 34 56 c', 'AB123456C'],
  ['pii/in-aadhaar', '2345\u00a06789\u20110123', '234567890123'],
  ['pii/person', '  Ada   Lovelace', 'ada lovelace'],
  ['pii/person', 'É\u00a0A', 'e\u0301 a'],
  ['pii/mac-address', '00-1B-44-11-3A-B7', '001b.4411.3ab7'],
] as const) {
  test(`${dataClass}: ${one} and ${other} are one`, () => {
    assert.equal(canonical(dataClass, one), canonical(dataClass, other))
  })
}

for (const [dataClass, one, other] of [
  ['pii/fi-personal-identity-code', '131052+308T', '131052-308T'],
  ['pii/de-kfz', 'B-MA 123', 'BM-A 123'],
  ['pii/crypto-wallet', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '1boatSLRHtKNngkdXEeobR76b53LETtpyT'],
  ['secret/jwt', 'a.b', 'ab'],
  ['pii/person', 'Žà', 'Žá'],
] as const) {
  test(`${dataClass}: ${one} and ${other} are two`, () => {
    assert.notEqual(canonical(dataClass, one), canonical(dataClass, other))
  })
}

test('what nothing remains of, and bytes that are no text, stay as they are', () => {
  assert.equal(canonicalOf('identifier', '--'), '--')
  assert.equal(canonicalOf('words', 'A\xff B'), 'A\xff B')
})

test('both ways to write a number become one token', () => {
  const masking = newMasking()
  const [one, other] = ['36 574 261 809', '36574261809'].map((number) => masking.apply(`Steuer-ID ${number}`).text)
  assert.match(one ?? '', /^Steuer-ID \[masked:pii\/de-tax-id\/[a-z2-7]{13}\]$/)
  assert.equal(one, other)
})

test('numerals are the digits where a class has nothing else, and none where they are too few', () => {
  const radix = (dataClass: string): number | null => radixOf(dataClass, allDetectors)
  assert.deepEqual(['pii/us-ssn', 'pci/card', 'pii/phone', 'pii/de-vat-id', 'pii/kr-rrn'].map(radix), [10, 10, 10, 10, 10]) // prettier-ignore
  assert.deepEqual(['pii/us-passport', 'pii/in-pan', 'pii/iban'].map(radix), [36, 36, 36])
  for (const none of ['pii/de-plz', 'pii/person', 'pii/email', 'pii/date-time', 'secret/jwt', 'pii/crypto-wallet', 'net/url'])
    assert.equal(radix(none), null, none) // prettier-ignore
  assert.ok(reachesDomain(10, 6) && !reachesDomain(10, 5) && reachesDomain(36, 4) && !reachesDomain(36, 3))
})

test('a pattern without an end is bounded by the longest match', () => {
  const own = { ...allDetectors[0], id: 'x', dataClass: 'pii/staff', left: new Uint8Array(257), right: new Uint8Array(257), score: 1 } // prettier-ignore
  assert.equal(radixOf('pii/staff', [{ ...own, pattern: '[0-9]+', maxBytes: 5 }]), null)
  assert.equal(radixOf('pii/staff', [{ ...own, pattern: '[0-9]+', maxBytes: 6 }]), 10)
  assert.equal(radixOf('pii/staff', [{ ...own, pattern: 'E?[0-9]{2,3}', maxBytes: 64 }]), 36)
  assert.equal(radixOf('pii/staff', [{ ...own, pattern: 'E[0-9]{2}', maxBytes: 64 }]), null)
  assert.equal(formOf('pii/staff'), 'identifier')
})
