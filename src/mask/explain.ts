// Why something was found, and what was nearly found: the same engine as for traffic, with somebody who is told of everything it
// looks at. It keeps nothing and logs nothing; values are in its answer only as offsets and as what replaces them.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../kernel/action.ts'
import type { DataClass } from '../kernel/finding.ts'
import { TextFinder } from './carriers/text-finder.ts'
import { edge } from './engine/byte-set.ts'
import type { FieldPolicy } from './engine/context.ts'
import { threshold, type Detector } from './engine/detector.ts'
import type { Verdict } from './engine/judge.ts'
import type { RuleSet } from './engine/rule-set.ts'
import { Scanner } from './engine/scanner.ts'
import { failedRule } from './engine/span.ts'
import { wordsBefore } from './engine/words-before.ts'
import type { FieldNames } from './field-names.ts'
import { Found } from './found.ts'
import { Editor, failedClass, namedClass, namedRule, type EditorParts } from './operators/editor.ts'
import type { OperatorName, Operators } from './operators/operators.ts'

export interface ExplainContext {
  /** Name of the column, key or header that the text stands in. */
  readonly field?: string | undefined
  readonly connection?: string | undefined
}

/** Offsets are UTF-16, `end` exclusive. */
interface Place {
  readonly class: DataClass
  /** The detector. */
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly score: number
}

export interface ExplainedFinding extends Place {
  /** The score before words and the field's name. */
  readonly base: number
  readonly validator: 'passed' | 'none'
  readonly context: {
    /** Words before the value that speak for it. */
    readonly words: readonly string[]
    /** The field's name, when it speaks for it. */
    readonly field: string | null
  }
  readonly operator: OperatorName
  readonly replacement: string
  /** It is not written as it is meant: Base64, or signs that look like others. */
  readonly encoded?: true
}

export interface NearMiss extends Place {
  readonly why: Exclude<Verdict, 'passed'>
}

export interface Explained {
  /** A score from here on is a finding. */
  readonly threshold: number
  readonly findings: readonly ExplainedFinding[]
  /** The nearest first. */
  readonly near: readonly NearMiss[]
}

export interface ExplainParts extends EditorParts {
  readonly set: RuleSet
  readonly fields: FieldNames
  readonly operators: Operators
}

const maxNear = 20
/** Misses that are kept while looking; a text of nothing but digits has more. */
const maxSeen = 4_096
/** Places inside words that are tried as if a value began there, and how far from each. */
const maxProbes = 256
const probeBytes = 256

interface Seen {
  readonly rule: number
  /** Of the match, and of what would be masked of it; in bytes. */
  readonly matchStart: number
  readonly start: number
  readonly end: number
  readonly base: number
  readonly score: number
  readonly verdict: Verdict
}

export function explain(text: string, field: string | null, parts: ExplainParts): Explained {
  const bytes = Buffer.from(text, 'utf8')
  const context: FieldContext = { name: field, content: 'text' }
  const policy = parts.fields.policies.of(context)
  const editor = new Editor(parts, new Found(), 'report')
  const toUtf16 = offsetTable(text, bytes)
  if (text !== '' && editor.masksByName(policy)) return { threshold, findings: [named(text, field, parts)], near: [] }
  const finder = new TextFinder(editor, policy)
  finder.feed(bytes, 0, bytes.length, true)
  const seen = observe(bytes, policy, parts)
  const findings: ExplainedFinding[] = []
  for (const [i, span] of finder.spans.entries()) {
    const last = findings.at(-1)
    if (span.continued && last !== undefined) {
      findings[findings.length - 1] = { ...last, end: toUtf16(span.end) }
      continue
    }
    const detector = parts.set.detectors[span.rule]
    const replacement = Buffer.from(finder.replacement(i)).toString('utf8')
    const place = { start: toUtf16(span.start), end: toUtf16(span.end), score: rounded(span.score) }
    if (span.rule === failedRule || detector === undefined) {
      findings.push(failed({ ...place, replacement }, parts))
      continue
    }
    const own = seen.find((one) => one.rule === span.rule && one.start === span.start && one.verdict === 'passed')
    findings.push({
      class: detector.dataClass,
      rule: detector.id,
      ...place,
      base: rounded(own?.base ?? span.score),
      validator: detector.check === undefined ? 'none' : 'passed',
      context: {
        words: wordsBefore(detector.words ?? [], bytes, own?.matchStart ?? span.start),
        field: policy.hints[span.rule] === 1 ? field : null,
      },
      operator: parts.operators.operatorOf(detector.dataClass) ?? 'redact',
      replacement,
      ...(own === undefined ? { encoded: true as const } : {}),
    })
  }
  const misses = [...seen, ...probe(bytes, policy, parts)]
  const far = misses.filter((one) => one.verdict.startsWith('ignored') || finder.spans.every((span) => one.end <= span.start || one.start >= span.end)) // prettier-ignore
  return { threshold, findings, near: nearest(far, parts.set.detectors, toUtf16) }
}

/** Everything the scanner looks at in the text as it stands. */
function observe(bytes: Uint8Array, policy: FieldPolicy, parts: ExplainParts): Seen[] {
  const seen: Seen[] = []
  newObserved(policy, parts, (one) => {
    if (one.verdict === 'passed' || (seen.length < maxSeen && saysSomething(one, parts.set.detectors))) seen.push(one)
  }).feed(bytes, 0, bytes.length, true)
  return seen
}

/** What may stand at the beginning of a value only is for fields with a name: any text is that near to it. */
function saysSomething({ rule, verdict }: Seen, detectors: readonly Detector[]): boolean {
  return verdict !== 'needs a word' || detectors[rule]?.left.indexOf(1) !== edge
}

/** What would be a finding if something else stood before it. */
function probe(bytes: Uint8Array, policy: FieldPolicy, parts: ExplainParts): Seen[] {
  const seen: Seen[] = []
  let at = 0
  const scanner = newObserved(policy, parts, (one) => {
    const isCut = one.end === probeBytes && at + probeBytes < bytes.length
    if (one.matchStart !== 0 || one.verdict !== 'passed' || isCut || seen.length >= maxSeen) return
    const { matchStart, start, end } = one
    seen.push({ ...one, verdict: 'boundary', matchStart: matchStart + at, start: start + at, end: end + at })
  })
  let probes = 0
  for (at = 1; at < bytes.length && probes < maxProbes; at++) {
    const [before, here] = [kindOf(bytes[at - 1] ?? 0), kindOf(bytes[at] ?? 0)]
    if (before === 0 || here === 0 || here === 3 || before === here) continue
    probes++
    const window = bytes.subarray(at, at + probeBytes)
    scanner.feed(window, 0, window.length, true)
  }
  return seen
}

/** Letter, digit, underscore, or none of a word. */
function kindOf(byte: number): 0 | 1 | 2 | 3 {
  if (byte >= 48 && byte <= 57) return 2
  if (byte === 0x5f) return 3
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) ? 1 : 0
}

function newObserved(policy: FieldPolicy, parts: ExplainParts, tell: (one: Seen) => void): Scanner {
  const scanner = new Scanner(parts.set, parts.visibility.enabled, policy, 'report')
  if (parts.ignores != null) scanner.ignore({ ignores: parts.ignores, ignored: () => undefined })
  scanner.observe({
    saw(rule, { start, maskStart, maskEnd }, { base, score }, verdict) {
      tell({ rule, matchStart: start, start: maskStart, end: maskEnd, base, score, verdict })
    },
  })
  return scanner
}

function nearest(all: readonly Seen[], detectors: readonly Detector[], toUtf16: (at: number) => number): NearMiss[] {
  const misses = all.filter((one) => one.verdict !== 'passed')
  misses.sort((a, b) => rankOf(a) - rankOf(b) || b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start) // prettier-ignore
  const near: NearMiss[] = []
  const kept: Seen[] = []
  for (const one of misses) {
    const detector = detectors[one.rule]
    const { verdict } = one
    if (detector === undefined || verdict === 'passed') continue
    const isPart = kept.some((other) => detectors[other.rule]?.dataClass === detector.dataClass && one.start >= other.start && one.end <= other.end) // prettier-ignore
    if (isPart) continue
    kept.push(one)
    const { start, end } = { start: toUtf16(one.start), end: toUtf16(one.end) }
    near.push({ class: detector.dataClass, rule: detector.id, start, end, score: rounded(one.score), why: verdict })
    if (near.length === maxNear) break
  }
  return near
}

/** What somebody decided, then what is only a word or a neighbour away. */
function rankOf({ verdict }: Seen): number {
  if (verdict.startsWith('ignored')) return 0
  return verdict === 'its check refused it' ? 2 : 1
}

function named(text: string, field: string | null, { operators }: ExplainParts): ExplainedFinding {
  return {
    class: namedClass,
    rule: namedRule,
    start: 0,
    end: text.length,
    score: 1,
    base: 1,
    validator: 'none',
    context: { words: [], field },
    operator: operators.operatorOf(namedClass) ?? 'redact',
    replacement: Buffer.from(operators.unseen(namedClass)).toString('utf8'),
  }
}

function failed(
  place: Pick<ExplainedFinding, 'start' | 'end' | 'score' | 'replacement'>,
  { operators }: ExplainParts,
): ExplainedFinding {
  const operator = operators.operatorOf(failedClass) ?? 'redact'
  const context = { words: [], field: null }
  return { class: failedClass, rule: 'detector-failed', ...place, base: 1, validator: 'none', context, operator }
}

function rounded(score: number): number {
  return Math.round(score * 100) / 100
}

/** From offsets in UTF-8 to offsets in the text. */
function offsetTable(text: string, bytes: Uint8Array): (at: number) => number {
  if (text.length === bytes.length) return (at) => at
  const table = new Uint32Array(bytes.length + 1)
  let units = 0
  for (const [at, byte] of bytes.entries()) {
    table[at] = units
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
    // Inside a character: where it ends.
    else table[at] = units
  }
  table[bytes.length] = units
  return (at) => table[at] ?? units
}
