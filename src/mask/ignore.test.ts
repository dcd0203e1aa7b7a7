import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../test/harness/depth.ts'
import { cut, json, maskPieces, maskValue, newMasking, text, toBytes, toText } from '../../test/harness/masking.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { endingRules, toNamePattern, type IgnoreRule } from './ignore.ts'
import type { Masking } from './index.ts'

const today = Date.parse('2026-11-21T12:00:00Z')
const clock: Clock = { nowMs: () => today, upMs: () => 0 }
const card = '4111 1111 1111 1111'

function rule(more: Partial<IgnoreRule>): IgnoreRule {
  const base = { id: 'r', class: 'pii/email', reason: 'it is nobody', owner: 'data team', expires: '2027-01-01' }
  return { ...base, ...more }
}

const ignoring = (...rules: Partial<IgnoreRule>[]): Masking =>
  newMasking({ ignore: rules.map((one, i) => rule({ id: `r${i}`, ...one })), clock, operators: { '*': 'redact' } })

test('a finding that a rule names passes, is counted as ignored, and nothing else does', () => {
  const masking = ignoring({ value: { text: 'No-Reply@example.com' } })
  const masked = maskValue(masking, `no-reply@example.com, bob@example.com, x.no-reply@example.com, ${card}`)
  assert.equal(masked.text, 'no-reply@example.com, [redacted:pii/email], [redacted:pii/email], [redacted:pci/card]')
  assert.deepEqual(masked.findings, [
    { class: 'pii/email', rule: 'email', field: null, count: 2 },
    { class: 'pci/card', rule: 'card-number', field: null, count: 1 },
    { class: 'pii/email', rule: 'email', field: null, count: 1, ignoredBy: 'r0' },
  ])
})

test('a value may be named by its digest, in any way it is written', () => {
  const digest = newMasking().digest('pci/card', '4111-1111-1111-1111')
  assert.match(digest, /^[0-9a-f]{32}$/)
  const masking = ignoring({ class: 'pci/card', value: { digest } })
  assert.equal(maskValue(masking, `${card} 4242 4242 4242 4242`).text, `${card} [redacted:pci/card]`)
  assert.notEqual(digest, newMasking().digest('pii/email', '4111-1111-1111-1111'))
  assert.throws(() => masking.digest('pii/nothing', 'x'), { code: 'config.invalid' })
})

test('of rules of all kinds the first that applies is told, and one that does not apply is passed over', () => {
  const mail = 'bob@example.com'
  const digest = newMasking().digest('pii/email', mail)
  const kinds: Partial<IgnoreRule>[] = [{ value: { digest } }, { value: { text: mail } }, { field: 'note' }]
  for (const [first, second] of [
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 1],
  ] as const) {
    const told = (more: Partial<IgnoreRule>): string | undefined => {
      const rules = [{ value: { text: 'eve@example.com' } }, { ...kinds[first], ...more }, kinds[second] ?? {}]
      return maskValue(ignoring(...rules), mail, { name: 'note', content: 'text' }).findings[0]?.ignoredBy
    }
    assert.equal(told({}), 'r1', `${first} before ${second}`)
    assert.equal(told({ expires: '2026-01-01' }), 'r2', `${first} expired`)
  }
})

test('what is ignored hides nothing of another class', () => {
  const detectors = (['aaa[a-z0-9 @.]*zzz', 'bob@example'] as const).map((pattern, i) => ({
    id: `d${i}`,
    dataClass: `pii/d${i}`,
    pattern,
    left: new Uint8Array(257).fill(1),
    right: new Uint8Array(257).fill(1),
    maxBytes: 64,
    score: 0.9,
  }))
  const masking = newMasking({ detectors, clock, operators: { '*': 'redact' }, ignore: [rule({ class: 'pii/d0' })] })
  const masked = maskValue(masking, 'aaa bob@example zzz')
  assert.equal(masked.text, 'aaa [redacted:pii/d1] zzz')
  assert.deepEqual(masked.findings, [
    { class: 'pii/d1', rule: 'd1', field: null, count: 1 },
    { class: 'pii/d0', rule: 'd0', field: null, count: 1, ignoredBy: 'r' },
  ])
})

test('a rule for a field holds in that field only, and never where the name is not known or not plain', () => {
  const masking = ignoring({ field: 'contact_*' })
  const shown = (name: string | null): boolean =>
    maskValue(masking, 'bob@example.com', { name, content: 'text' }).text === 'bob@example.com'
  assert.deepEqual(['contact_mail', 'Contact_', 'contact', 'my_contact_mail', null].map(shown), [true, true, false, false, false]) // prettier-ignore
  assert.equal(shown('contact_123456789'), false)
  const inJson = maskValue(masking, '{"contact_mail":"a@example.com","mail":"b@example.com"}', json)
  assert.equal(inJson.text, '{"contact_mail":"a@example.com","mail":"[redacted:pii/email]"}')
})

test('a rule for a connection holds on that connection only', () => {
  const masking = ignoring({ connection: 'orders' })
  const bytes = toBytes('bob@example.com')
  const passes = (connection?: string): boolean =>
    masking.open(() => false, connection).value(bytes, 0, bytes.length, text) === null
  assert.deepEqual([passes('orders'), passes('claude'), passes()], [true, false, false])
  const kept = (connection: string): boolean =>
    masking.pseudonyms({ connection, discloses: () => false, restores: () => () => false })
      .outward.value(bytes, 0, bytes.length, text) !== null // prettier-ignore
  assert.deepEqual([kept('orders'), kept('claude')], [false, true])
})

test('a field whose name says secret passes by a rule for that field, and what stands in it is still looked at', () => {
  const masking = ignoring({ class: 'secret/generic-assignment', field: 'token' })
  const field = { name: 'token', content: 'text' } as const
  const masked = maskValue(masking, 'word', field)
  assert.equal(masked.text, 'word')
  assert.deepEqual(masked.findings, [{ class: 'secret/generic-assignment', rule: 'named-secret', field: 'token', count: 1, ignoredBy: 'r0' }]) // prettier-ignore
  assert.equal(maskValue(masking, `see ${card}`, field).text, 'see [redacted:pci/card]')
  assert.equal(maskPieces(masking, [toBytes('wo'), toBytes('rd')], field).text, 'word')
  assert.equal(maskValue(masking, 'word', { name: 'api_token', content: 'text' }).text, '[redacted:secret/generic-assignment]') // prettier-ignore
  assert.equal(maskValue(masking, '{"token":"a","secret":"b"}', json).text, '{"token":"a","secret":"[redacted:secret/generic-assignment]"}') // prettier-ignore
  const outward = masking.pseudonyms({ discloses: () => false, restores: () => () => false }).outward
  assert.equal(outward.value(toBytes('word'), 0, 4, field), null)
})

test('a rule that has expired does not apply, from the first second of its day on', () => {
  const shown = (expires: string): boolean =>
    maskValue(ignoring({ expires }), 'bob@example.com').text === 'bob@example.com'
  assert.deepEqual(['2026-11-22', '2026-11-21', '2020-01-01', '2026-13-01', ''].map(shown), [true, false, false, false, false]) // prettier-ignore
})

test('what ends soon or has ended is told, and what does not is not', () => {
  const rules = ['2026-11-20', '2026-12-05', '2026-12-06'].map((expires, i) => rule({ id: `r${i}`, expires }))
  const told = endingRules(rules, today)
  assert.equal(told.length, 2)
  assert.match(told[0] ?? '', /'r0' of data team expired on 2026-11-20 and does not apply/)
  assert.match(told[1] ?? '', /'r1' of data team expires on 2026-12-05/)
})

test('what is masked as it goes by is let through by its field, and never as one value', () => {
  const key = ['-----BEGIN RSA PRIVATE ', 'KEY-----\nMIIEowIBAAKCAQEA0000\n-----END RSA PRIVATE ', 'KEY-----'].join('')
  const masking = ignoring({ class: 'secret/private-key', field: 'fixture' })
  const field = { name: 'fixture', content: 'text' } as const
  const masked = maskValue(masking, key, field)
  assert.equal(masked.text, key)
  assert.deepEqual(masked.findings.map(({ ignoredBy, count }) => [ignoredBy, count]), [['r0', 1]]) // prettier-ignore
  for (let at = 0; at < key.length; at += 7)
    assert.deepEqual(maskPieces(masking, cut(toBytes(key), [at]), field), { text: key, findings: masked.findings })
  assert.equal(maskValue(masking, key).text, '[redacted:secret/private-key]')
})

test('a rule for what is not looked for, or for one value of what has no end, cannot be', () => {
  const value = { digest: '0'.repeat(32) }
  for (const one of [{ class: 'pii/nothing' }, { class: 'nets/*' }, { class: 'secret/jwt', value }])
    assert.throws(
      () => ignoring(one),
      (thrown) => thrown instanceof Fault && thrown.code === 'config.invalid' && thrown.facts['id'] === 'r0',
    )
})

test('the same passes and the same is counted, however the text was cut', () => {
  const masking = ignoring({ value: { text: 'no-reply@example.com' } }, { class: 'pci/card', field: 'none' }, { class: 'pii/iban' }) // prettier-ignore
  const parts = fc.constantFrom('no-reply@example.com', 'bob@example.com', card, 'DE89370400440532013000', ' ', ', ', 'a', '-', '.', ': ', Buffer.from('mail no-reply@example.com now, please').toString('base64')) // prettier-ignore
  fc.assert(
    fc.property(
      fc.array(parts, { minLength: 1, maxLength: 9 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (some, places) => {
        const bytes = toBytes(some.join(''))
        const whole = maskPieces(masking, [bytes])
        assert.deepEqual(maskPieces(masking, cut(bytes, places)), whole)
        assert.equal(maskValue(masking, toText(bytes)).text, whole.text)
      },
    ),
    { numRuns: runs(600) },
  )
})

test('a name pattern is a name, or has * for any characters', () => {
  const all = ['', 'a', 'ab', 'abc', 'aXbXc', 'AbC', 'abcabc', 'xabc']
  const matched = (pattern: string): string[] => all.filter(toNamePattern(pattern))
  assert.deepEqual(matched('abc'), ['abc', 'AbC'])
  assert.deepEqual(matched('*'), all)
  assert.deepEqual(matched('a*c'), ['abc', 'aXbXc', 'AbC', 'abcabc'])
  assert.deepEqual(matched('*b*'), ['ab', 'abc', 'aXbXc', 'AbC', 'abcabc', 'xabc'])
  assert.deepEqual(matched('ab*bc'), ['abcabc'])
  assert.deepEqual(matched('a.c'), [])
})
