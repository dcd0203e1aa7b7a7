// Masking on one thread: our engine with all classes on, against thirty regular expressions one after the other in the same
// run, which only find. So finding alone is measured of ours, too, and the prefilter alone, which says where to look. CPU time,
// in rounds, each of them one way after the other, and of each way the best: the machine is shared, and not all the time alike.

import type { Buffer } from 'node:buffer'
import { Secret } from '../src/kernel/secret.ts'
import { plainText } from '../src/kernel/action.ts'
import { allDetectors } from '../src/mask/detectors/index.ts'
import { FieldPolicies } from '../src/mask/engine/context.ts'
import { RuleSet } from '../src/mask/engine/rule-set.ts'
import { Scanner } from '../src/mask/engine/scanner.ts'
import type { Masker, RowColumn } from '../src/kernel/masker.ts'
import { createMasking } from '../src/mask/index.ts'
import { ValueList } from '../src/wire/value-list.ts'
import { makeText, rowColumns, textKinds, type TextKind } from './mask-texts.ts'
import type { Row } from './report.ts'

const textBytes = 8 * 1024 * 1024
const pieceBytes = 64 * 1024
const rounds = 16

/** What is written when somebody needs detection by tonight. */
const naive = [
  /[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}/g, /\b(?:\d[ -]?){13,19}\b/g, /\b\d{3}-\d{2}-\d{4}\b/g, /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, /\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b/gi, /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, /\+\d{1,3}[ .-]?\d{2,4}[ .-]?\d{3,8}/g,
  /\(\d{3}\) ?\d{3}-\d{4}/g, /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, /-----BEGIN [A-Z ]+-----/g, /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, /\bgh[pousr]_\w{36}\b/g,
  /\bxox[abpr]-[\w-]{10,}/g, /\bAIza[\w-]{35}\b/g, /\bsk_(?:live|test)_\w{24,}/g, /\bsk-ant-[\w-]{20,}/g, /\bnpm_\w{36}\b/g, /\bglpat-[\w-]{20}\b/g,
  /\w+:\/\/[^\s:@/]+:[^\s@/]+@/g, /(?:password|passwd|pwd)\s*[=:]\s*\S+/gi, /(?:api_?key|token|secret)\s*[=:]\s*\S+/gi, /\b[A-Z]{5}\d{4}[A-Z]\b/g, /\b\d{4} \d{4} \d{4}\b/g,
  /\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g, /\b\d{6}[-+A]\d{3}[0-9A-Y]\b/g, /\b[XYZ]?\d{7,8}[A-Z]\b/g, /\b\d{11}\b/g, /\b(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}\b/g,
  /\b(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-]\d{4}\b/g,
] // prettier-ignore

/** One way to go over a text. Its result is only there so that it has one. */
interface Way {
  readonly path: string
  readonly bytes: number
  readonly work: () => number
}

/** By way: megabytes a second of CPU time in its best round. */
function fastest(ways: readonly Way[]): readonly number[] {
  const best = ways.map(() => 0)
  for (let round = 0; round < rounds; round++)
    for (const [i, { bytes, work }] of ways.entries()) {
      const before = process.cpuUsage()
      if (work() < 0) throw new RangeError('the work has no result')
      const { user, system } = process.cpuUsage(before)
      best[i] = Math.max(best[i] ?? 0, bytes / (user + system))
    }
  return best
}

const set = new RuleSet(allDetectors)
const policies = new FieldPolicies(allDetectors)
const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })
const seesNothing = (): boolean => false

function regularExpressions(text: Buffer): Way {
  const sample = text.toString('latin1', 0, text.length / 4)
  const work = (): number => naive.reduce((sum, one) => sum + [...sample.matchAll(one)].length, 0)
  return { path: `${naive.length} regular expressions, finding only`, bytes: sample.length, work }
}

function prefilter(text: Buffer): Way {
  const { prefilter: first } = set
  const work = (): number => {
    let places = 0
    for (let at = 1; at < text.length - pieceBytes;) {
      at = first.find(text, at, text.length)
      places += first.count
    }
    return places
  }
  return { path: `sallyport, ${allDetectors.length} detectors, prefilter only`, bytes: text.length, work }
}

function finding(text: Buffer): Way {
  const scanner = new Scanner(set, new Uint8Array(allDetectors.length).fill(1), policies.of(plainText))
  const work = (): number => {
    let found = 0
    for (let at = 0; at < text.length; at += pieceBytes) {
      const end = Math.min(text.length, at + pieceBytes)
      scanner.feed(text, at, end, end === text.length)
      found += scanner.spans.length
    }
    return found
  }
  return { path: `sallyport, ${allDetectors.length} detectors, finding only`, bytes: text.length, work }
}

function masked(text: Buffer): Way {
  const work = (): number => {
    const stream = masking.open(seesNothing).stream(plainText)
    let released = 0
    for (let at = 0; at < text.length; at += pieceBytes)
      released += stream.push(text.subarray(at, at + pieceBytes)).length
    return released + stream.end().length
  }
  return { path: `sallyport, ${masking.classes.length} classes, masked`, bytes: text.length, work }
}

const columnsOfRows = rowColumns.map((name): RowColumn => ({ field: { name, content: 'text' } }))

/** Each cell a value in its column, as the rows of a database are; those of one read shown together first, as the gateway does. */
function maskedCells(text: Buffer): Way {
  const values = new ValueList()
  const work = (): number => {
    const masker = masking.open(seesNothing)
    let replaced = 0
    for (let from = 0; from < text.length;) {
      const end = text.lastIndexOf(10, Math.min(text.length, from + pieceBytes) - 1) + 1
      replaced += maskCells(masker, values, text, from, end)
      from = end
    }
    return replaced
  }
  return { path: 'sallyport, masked cell by cell, with the names of the columns', bytes: text.length, work }
}

/** @returns how many of the cells of these lines were replaced */
function maskCells(masker: Masker, values: ValueList, text: Buffer, from: number, end: number): number {
  values.clear()
  const columns: number[] = []
  let column = 0
  for (let start = from, i = from; i < end; i++) {
    const byte = text[i]
    if (byte !== 9 && byte !== 10) continue
    if (i > start) {
      values.add(start, i)
      columns.push(column)
    }
    column = byte === 9 ? column + 1 : 0
    start = i + 1
  }
  const over = masker.over?.(text, values) ?? masker
  return columns.filter((at, i) => {
    if (at === 0) over.row?.(columnsOfRows)
    const field = columnsOfRows[at]?.field ?? plainText
    return over.value(text, values.starts[i] ?? 0, values.ends[i] ?? 0, field) !== null
  }).length
}

function benchText(kind: TextKind): Row[] {
  const text = makeText(kind, textBytes)
  const ways = [regularExpressions(text), prefilter(text), finding(text), masked(text)]
  if (kind === 'rows') ways.push(maskedCells(text))
  const speeds = fastest(ways)
  return ways.map(({ path }, i) => {
    const speed = speeds[i] ?? 0
    return {
      bench: `masking, ${kind}`,
      path,
      rate: `${speed.toFixed(speed < 10 ? 1 : 0)} MB/s`,
      ratio: `${(speed / (speeds[0] ?? speed)).toFixed(1)} ×`,
      cpu: `${(1000 / speed).toFixed(1)} ms/MB`,
    }
  })
}

export function benchSpeed(): readonly Row[] {
  return (Object.keys(textKinds) as TextKind[]).flatMap(benchText)
}
