import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { isDeep, size } from '../../test/harness/depth.ts'
import { join, json, maskPieces, maskValue, newMasking, text, toBytes, toText } from '../../test/harness/masking.ts'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { allDetectors } from './detectors/index.ts'
import { nonWord } from './engine/byte-set.ts'
import { createMasking } from './index.ts'
import { operatorNames } from './operators/operators.ts'

const value = 'alice@example.com paid with 4111 1111 1111 1111'
/** For tests that change the list: what is computed of one holds for that list only. */
const few = allDetectors.filter(({ id }) => id === 'email' || id === 'card-number')

test('a value without findings is null, one with findings is replaced, and both are counted', () => {
  const masker = newMasking().open(() => false)
  const bytes = toBytes(`xx${value}xx`)
  assert.equal(masker.value(bytes, 0, 2, text), null)
  const masked = masker.value(bytes, 2, bytes.length - 2, { name: 'note', content: 'text' })
  assert.match(toText(masked ?? bytes), /^u_[a-z2-7]{12}@masked\.invalid paid with \*{4} \*{4} \*{4} 1111$/)
  assert.equal(masker.value(bytes, 0, 20, { name: 'n', content: 'opaque' }), null)
  assert.deepEqual(masker.drain(), {
    findings: [
      { class: 'pii/email', rule: 'email', field: 'note', count: 1 },
      { class: 'pci/card', rule: 'card-number', field: 'note', count: 1 },
    ],
    coverage: { scannedBytes: value.length + 2, opaqueBytes: 20 },
  })
  assert.deepEqual(masker.drain(), { findings: [], coverage: { scannedBytes: 0, opaqueBytes: 0 } })
})

test('what the principal may view passes, and is asked once a class', () => {
  const asked: string[] = []
  const masker = newMasking().open((dataClass) => {
    asked.push(dataClass)
    return dataClass === 'pii/email'
  })
  const bytes = toBytes(value)
  for (let i = 0; i < 3; i++)
    assert.equal(
      toText(masker.value(bytes, 0, bytes.length, text) ?? bytes),
      'alice@example.com paid with **** **** **** 1111',
    )
  assert.equal(asked.length, new Set(asked).size)
  assert.deepEqual(masker.drain().findings, [{ class: 'pci/card', rule: 'card-number', field: null, count: 3 }])
})

test('net is shown until it has an operator; what somebody wrote a detector for is masked in any family', () => {
  const custom = [{ id: 'host', class: 'net/host', pattern: 'host-\\d+' }, { id: 'project', class: 'corp/project', terms: ['Blue Falcon', 'Zürich-2 (old)'] }] // prettier-ignore
  const shown = 'at host-12, see https://intra.example.com/x'
  // What is computed of all detectors and one more is costly, and the others have no part in this.
  const beside = isDeep
    ? {}
    : { detectors: allDetectors.filter(({ id }) => few.some((one) => one.id === id) || id === 'url') }
  const masking = newMasking({ ...beside, custom })
  assert.equal(maskValue(masking, shown).text, shown)
  assert.deepEqual(masking.scan(shown), [])
  const masked = maskValue(newMasking({ ...beside, custom, operators: { 'net/*': 'replace' } }), shown).text
  assert.equal(masked, 'at [net/host], see [net/url]')
  assert.equal(
    maskValue(masking, 'BLUE  falcon and ZÜRICH-2 (old) not BlueFalcon').text,
    '[redacted:corp/project] and [redacted:corp/project] not BlueFalcon',
  )
})

test('words that speak for a detector may be of any script', () => {
  const custom = [{ id: 'student', class: 'pii/student', pattern: '\\d{6}', score: 0.2, words: ['étudiant', '学生'] }]
  const masking = newMasking({ detectors: few, custom, operators: { 'pii/*': 'replace' } })
  for (const one of ['Étudiant no 123456', '学生 123456', 'ÉTUDIANT: 123456'])
    assert.match(maskValue(masking, one).text, /\[pii\/student\]$/, one)
  assert.equal(maskValue(masking, '123456', { name: "numéro_d'étudiant", content: 'text' }).text, '[pii/student]')
  assert.equal(maskValue(masking, 'tudiant 123456').text, 'tudiant 123456')
})

test('a detector that fails masks the whole value and says so', () => {
  const failing = {
    id: 'failing',
    dataClass: 'pii/failing',
    pattern: 'boom',
    left: nonWord,
    right: nonWord,
    maxBytes: 8,
    score: 1,
    check: (): number => {
      throw new TypeError('a defect')
    },
  }
  const masking = newMasking({ detectors: [failing] })
  const masked = maskValue(masking, 'before boom after')
  assert.equal(masked.text, '[redacted:secret/unknown]')
  assert.deepEqual(masked.findings, [{ class: 'secret/unknown', rule: 'detector-failed', field: null, count: 1 }])
  for (const pieces of [['before boom after'], ['before bo', 'om', ' after', ' all']]) {
    const streamed = maskPieces(masking, pieces.map(toBytes))
    assert.equal(streamed.text, 'before [redacted:secret/unknown]', 'what was released before stays, nothing follows')
    assert.deepEqual(streamed.findings, masked.findings)
  }
  assert.equal(maskValue(masking, 'calm').text, 'calm')
})

test('masked text stays as it is when it is masked again, whatever the operators', () => {
  const parts = fc.constantFrom(value, 'ssn 078-05-1123', 'DE89370400440532013000', '10.0.0.1/24', '2001:db8::1', '+1 415 555 2671', 'x', '1',
    ' ', ', ', '.', '-', ':', '"', '=', 'api_key: Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB', 'postgresql://app:s3cr3t!@db/x',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'AKIALALEMEL33243OLIB', '-----BEGIN PRIVATE KEY-----', 'phone ', 'password=',
    'passport ', 'us passport C01000478', '**', '* ', '%40', '%3D', '&#64;', '\\n', '\u200b', '_', '+', '4111_1111_1111_1111', '00:1b:44:11:3a:b7', '36 574 261 809', 'account ', 'ABN ', 'token: ') // prettier-ignore
  for (const name of operatorNames) {
    // What `null` removes leaves its neighbours side by side, and that may be a new text; what `fpe` makes looks real.
    if (name === 'null' || name === 'fpe') continue
    const masking = newMasking({ operators: { '*': name } })
    // What a random one found: behind stars stands no name.
    const found = masking.apply('password= password= password= alice@example.com').text
    assert.equal(masking.apply(found).text, found)
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 7 }), (some) => {
        // Apart: where two values touch, the boundary right of the first may be the second, and gone when that is masked.
        const once = masking.apply(some.join(' ')).text
        assert.equal(masking.apply(once).text, once)
      }),
      { numRuns: size(4_000, 80) },
    )
  }
})

test('a new epoch makes all tokens new, and the first is what holds when none is said', () => {
  const masked = (epoch?: string): string =>
    newMasking({ operators: { '*': 'token' }, ...(epoch === undefined ? {} : { epoch }) }).apply(value).text
  assert.equal(masked(), masked('1'))
  assert.equal(masked('2'), masked('2'))
  const [first, second] = [masked('1').split(' '), masked('2').split(' ')]
  assert.notEqual(first[0], second[0])
  assert.notEqual(first.at(-1), second.at(-1))
  const [one, two] = ['1', '2'].map((epoch) => newMasking({ epoch }))
  assert.equal(one?.digest('pii/email', 'alice@example.com'), two?.digest('pii/email', 'alice@example.com'))
})

test('scan tells all findings in UTF-16 offsets, and only those of the classes asked for', () => {
  const masking = newMasking()
  const found = masking.scan(`é🚀 ${value}`)
  assert.deepEqual(found.map((one) => [one.class, one.start, one.end]), [['pii/email', 4, 21], ['pci/card', 32, 51]]) // prettier-ignore
  assert.ok(found.every((one) => one.score > 0.4 && one.score <= 1))
  assert.deepEqual(masking.scan(value, ['pci/card']).map((one) => one.class), ['pci/card']) // prettier-ignore
  assert.deepEqual(masking.scan(value, ['pii/nothing']), [])
})

test('a field whose name says secret is masked whole, in pieces with one mark', () => {
  const masking = newMasking()
  const field = { name: 'api_token', content: 'text' } as const
  assert.equal(maskValue(masking, 'x', field).text, '[redacted:secret/generic-assignment]')
  const streamed = maskPieces(masking, ['a', '', 'b'].map(toBytes), field)
  assert.equal(streamed.text, '[redacted:secret/generic-assignment]')
  assert.deepEqual(streamed.findings, [
    { class: 'secret/generic-assignment', rule: 'named-secret', field: 'api_token', count: 1 },
  ])
  assert.equal(maskValue(masking, '', field).text, '')
})

test('names of fields that may be values are not told', () => {
  const findings = maskValue(newMasking(), value, { name: 'bob@example.com', content: 'text' }).findings
  assert.ok(findings.length > 0 && findings.every((finding) => finding.field === null))
})

test('findings of very many fields are bounded, and none is lost', () => {
  const masker = newMasking().open(() => false)
  const bytes = toBytes('alice@example.com')
  for (let i = 0; i < 2_000; i++)
    masker.value(bytes, 0, bytes.length, { name: `f${i % 1000 < 10 ? i : i % 997}`, content: 'text' })
  const { findings } = masker.drain()
  assert.ok(findings.length <= 257)
  assert.equal(findings.reduce((sum, finding) => sum + finding.count, 0), 2_000) // prettier-ignore
})

for (const [what, options] of [
  ['a short key', { key: new Secret(new Uint8Array(8)), operators: {} }],
  ['an operator that does not exist', { operators: { 'pii/*': 'rot13' } }],
  ['an operator for a class that does not exist', { operators: { 'pii/emial': 'token' } }],
  ['a cipher for text', { operators: { 'pii/person': 'fpe' } }],
  ['a cipher for numbers of five digits', { operators: { 'pii/de-plz': 'fpe' } }],
  ['a cipher for a family of text', { operators: { 'secret/*': 'fpe' } }],
  ['an off class that does not exist', { off: ['pii/emial'] }],
  ['a detector of a taken id', { custom: [{ id: 'email', class: 'pii/email', pattern: 'x' }] }],
  ['a detector whose class is no name', { custom: [{ id: 'x', class: 'nothing', pattern: 'x' }] }],
  ['a detector of both kinds', { custom: [{ id: 'x', class: 'pii/x', pattern: 'x', terms: ['y'] }] }],
  ['a detector of no kind', { custom: [{ id: 'x', class: 'pii/x' }] }],
  ['a word of signs only', { custom: [{ id: 'x', class: 'pii/x', pattern: 'x', words: ['--'] }] }],
  ['a detector that is too long', { custom: [{ id: 'x', class: 'pii/x', pattern: 'x', maxBytes: 9_999 }] }],
] as const) {
  test(`cannot be made with ${what}`, () => {
    const all = { key: new Secret(new Uint8Array(32)), operators: {}, ...options }
    assert.throws(() => createMasking(all), (thrown) => thrown instanceof Fault && thrown.code === 'config.invalid') // prettier-ignore
  })
}

test('a class that is off is not looked for', () => {
  const masking = newMasking({ detectors: few, off: ['pii/email'] })
  assert.ok(!masking.classes.includes('pii/email'))
  assert.equal(masking.apply('alice@example.com').text, 'alice@example.com')
})

test('an id of nine digits is nobody’s number: none of a thousand is masked without a word for one', () => {
  const masking = newMasking()
  // A generator of its own: the same ids in every run.
  let state = 0x2545f491
  const masked: string[] = []
  for (let i = 0; i < 1_000; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const id = String(100_000_000 + (state % 900_000_000))
    if (masking.scan(`order ${id} was shipped`).length > 0) masked.push(id)
  }
  assert.deepEqual(masked, [])
})

test('what a stream released stays as it was while more comes', () => {
  const whole = 'card 4111 1111 1111 1112 is none, 4111 1111 1111 1111 is one, and alice@example.com is somebody'
  for (const [field, written] of [
    [text, whole],
    [json, JSON.stringify({ note: whole })],
  ] as const) {
    const expected = maskPieces(newMasking(), [toBytes(written)], field).text
    for (const bytes of [1, 3, 7, 20]) {
      const stream = newMasking()
        .open(() => false)
        .stream(field)
      const released: Uint8Array[] = []
      for (let at = 0; at < written.length; at += bytes)
        released.push(stream.push(toBytes(written.slice(at, at + bytes))))
      released.push(stream.end())
      assert.equal(toText(join(released)), expected, `in pieces of ${bytes}`)
    }
  }
})
