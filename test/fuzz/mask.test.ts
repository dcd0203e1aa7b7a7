// Masking of texts that are broken in every way: never thrown, never dependent on cuts, nothing shown that was found, nothing
// changed that was not.

import assert from 'node:assert/strict'
import { Buffer, isUtf8 } from 'node:buffer'
import { plainText, type FieldContext } from '../../src/kernel/action.ts'
import type { Masker, ValueMasker } from '../../src/kernel/masker.ts'
import { allDetectors } from '../../src/mask/detectors/index.ts'
import { ValueList } from '../../src/wire/value-list.ts'
import { newMasking } from '../harness/masking.ts'
import { inputsOf, toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'
import { cutAtRandom } from './mutation.ts'
import { assertSame } from './promises.ts'
import { isObject, toTree } from './trees.ts'

const masking = newMasking()
const rows = inputsOf('mask/*.json', 'innocent/mask*.json')
const words = [
  '@',
  '.com',
  ' ',
  '\n',
  '-',
  '4111',
  '1111',
  'key=',
  'password: ',
  '"',
  'eyJ',
  '://',
  'ssn ',
  '\u00a0',
  '\u200b',
  'Bearer ',
  '-----BEGIN PRIVATE KEY-----',
  '\u001b[31m',
  '%40',
  '&#64;',
  '&shy;',
  '\\n',
  '**',
  '\u{1d7d2}',
  '+',
  '=',
]
const longest = Math.max(...allDetectors.map(({ maxBytes }) => maxBytes))
const names = [null, 'email', 'password', 'note'] as const

const hidesAll = (): Masker => masking.open(() => false)

interface Masked {
  readonly bytes: Buffer
  readonly findings: string
}

function whole(bytes: Uint8Array, field: FieldContext, masker = hidesAll()): Masked {
  const masked = masker.value(bytes, 0, bytes.length, field)
  return { bytes: Buffer.from(masked ?? bytes), findings: JSON.stringify(masker.drain().findings) }
}

function inPieces(pieces: readonly Uint8Array[], field: FieldContext, masker = hidesAll()): Masked {
  const stream = masker.stream(field)
  const out: Buffer[] = []
  for (const piece of pieces) {
    const chunk = Buffer.from(piece)
    out.push(Buffer.from(stream.push(chunk)))
    chunk.fill(0x23)
  }
  out.push(Buffer.from(stream.end()))
  return { bytes: Buffer.concat(out), findings: JSON.stringify(masker.drain().findings) }
}

/** Who may see everything gets what came, and it does not wait. */
function passesAll(pieces: readonly Uint8Array[], field: FieldContext): void {
  const stream = masking.open(() => true).stream(field)
  const out: Buffer[] = []
  let waiting = 0
  for (const piece of pieces) {
    const shown = Buffer.from(stream.push(Buffer.from(piece)))
    out.push(shown)
    waiting += piece.length - shown.length
    assert.ok(waiting <= longest * 2, `${waiting} bytes wait`)
  }
  out.push(Buffer.from(stream.end()))
  assert.ok(Buffer.concat(out).equals(Buffer.concat(pieces)), 'nothing is hidden, nothing is changed')
}

/** Overlapping, too: what is kept of a value may go on as the value itself does (4523-4523-4523-…). */
function timesIn(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) count++
  return count
}

/** Each value that is found once is shown once less. */
function assertHidden(given: string, shown: string): void {
  const found = masking.scan(given).map(({ start, end }) => given.slice(start, end))
  for (const value of new Set(found)) {
    if (value.length < 8) continue
    const left = timesIn(given, value) - found.filter((one) => one === value).length
    assert.ok(timesIn(shown, value) <= Math.max(0, left), `${JSON.stringify(value)} is shown: ${JSON.stringify(shown)}`)
  }
}

fuzz({
  name: 'masked text',
  seeds: rows,
  words,
  maxBytes: 1_500,
  check(input, random) {
    const content = random.pick(['text', 'text', 'terminal', 'form'] as const, 'text')
    const field: FieldContext = { name: random.pick(names, null), content }
    const pieces = cutAtRandom(random, input)
    const masked = whole(input, field)
    const cut = inPieces(pieces, field)
    assertSame(
      cut.bytes.toString('latin1'),
      masked.bytes.toString('latin1'),
      JSON.stringify([field, pieces.map((one) => one.length)]),
    )
    assert.equal(cut.findings, masked.findings)
    passesAll(pieces, field)
    if (content === 'text' && field.name === null && isUtf8(input)) assertHidden(toText(input), masked.bytes.toString())
    return `${content} ${field.name} ${masked.findings.replaceAll(/"(?:rule|field)":[^,}]*,?|\d+/g, '').slice(0, 80)}`
  },
})

const fields = names.map((name): FieldContext => ({ name, content: 'text' }))
const [between, lengths] = [Buffer.from('\t'), Buffer.from([0, 0, 0, 0x31])]

fuzz({
  name: 'masked rows',
  seeds: rows,
  words: [...words, 'my card is ', 'SSN 536904399', '4111111111111111', '\x1e'],
  maxBytes: 4_000,
  check(input, random) {
    const list = new ValueList()
    const parts: Uint8Array[] = []
    let at = 0
    for (const value of cutAtRandom(random, input)) {
      const gap = random.pick([between, lengths, Buffer.from([random.below(256)])], between)
      if (value.length > 0) list.add(at, at + value.length)
      parts.push(value, gap)
      at += value.length + gap.length
    }
    const bytes = Buffer.concat(parts)
    const choice = random.uint32()
    const fieldOf = (i: number): FieldContext => fields[(i + choice) % fields.length] ?? plainText
    const answers = (masker: ValueMasker): string[] =>
      Array.from({ length: list.count }, (_, i) => {
        const masked = masker.value(bytes, list.starts[i] ?? 0, list.ends[i] ?? 0, fieldOf(i))
        return masked === null ? 'as it is' : Buffer.from(masked).toString('latin1')
      })
    const alone = hidesAll()
    const surveyed = hidesAll()
    const over = surveyed.over?.(bytes, list)
    assert.ok(over)
    assert.deepEqual(answers(over), answers(alone))
    const findings = JSON.stringify(alone.drain())
    assert.equal(JSON.stringify(surveyed.drain()), findings)
    return findings.replaceAll(/"(?:rule|field)":[^,}]*,?|\d+/g, '').slice(0, 80)
  },
})

const documents = rows
  .filter((_row, i) => i % 7 === 0)
  .map((row) =>
    JSON.stringify({ a: toText(row), email: [toText(row)], 'n@x.co': { password: 'x', n: 4111111111111111 } }),
  )

fuzz({
  name: 'masked JSON',
  seeds: [...documents, ...rows.map(toText).filter((text) => isObject(toTree(text)))].map(toBytes),
  words: [...words, '\\u0040', '\\ud83d', '\\"', '{"', '"}', '[', ']', ',', ':', '{"password":"', '\\'],
  maxBytes: 1_500,
  check(input, random) {
    const field: FieldContext = { name: random.pick(names, null), content: 'json' }
    const pieces = cutAtRandom(random, input)
    const masked = whole(input, field)
    const cut = inPieces(pieces, field)
    assertSame(
      cut.bytes.toString('latin1'),
      masked.bytes.toString('latin1'),
      JSON.stringify([field, pieces.map((one) => one.length)]),
    )
    assert.equal(cut.findings, masked.findings)
    passesAll(pieces, field)
    const text = toText(input)
    const tree = toTree(text)
    // A column of passwords is masked whole, whatever it holds.
    if (tree === undefined || !isUtf8(input) || field.name === 'password')
      return `no JSON ${masked.findings.length > 2}`
    const shown = masked.bytes.toString()
    assert.notEqual(toTree(shown), undefined, `no JSON any more: ${shown}`)
    assert.equal(skeleton(shown), skeleton(text), shown)
    if (field.name === null) stringsAreHidden(text, shown)
    return `JSON ${masked.findings.replaceAll(/"(?:rule|field)":[^,}]*,?|\d+/g, '').slice(0, 80)}`
  },
})

/** What holds strings and numbers together. A number may have become another one, or null. */
function skeleton(document: string): string {
  return document.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '""').replaceAll(/(?<![\w.+-])(?:\d+|null)(?![\w.+])/g, '#')
}

const unlike = [...new Set(allDetectors.flatMap((one) => one.unlike ?? []))]
const literal = /"(?:[^"\\]|\\.)*"(?<isKey>\s*:)?/gs

/** In order: names of members are not found again once they are masked. */
function stringsAreHidden(given: string, shown: string): void {
  const after = [...shown.matchAll(literal)]
  let field = ''
  for (const [i, { 0: written, groups }] of [...given.matchAll(literal)].entries()) {
    const value = stringIn(written)
    const isName = groups?.['isKey'] !== undefined && (value.length < 6 || !/[\d@\x80-\u{10ffff}]/u.test(value))
    if (groups?.['isKey'] !== undefined) field = value.toLowerCase()
    // The name of a field may speak against what it would be anywhere else.
    const isUnlike = groups?.['isKey'] === undefined && unlike.some((word) => field.includes(word))
    if (!isName && !isUnlike && value.isWellFormed()) assertHidden(value, stringIn(after[i]?.[0] ?? '""'))
  }
}

function stringIn(written: string): string {
  return String(JSON.parse(written.replace(/\s*:$/, '')))
}
