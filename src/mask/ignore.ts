// Rules of the gateway's operator that let a finding through: over-broad detectors, test data, addresses that are everybody's.
// Each is somebody's, and ends. A rule that does not clearly match does not apply, and what it does not let through is masked.
//
// An ignored match counts as no match of its class: what else stands in it is still looked for, by every other detector.

import { Buffer } from 'node:buffer'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { DataClass } from '../kernel/finding.ts'
import { didYouMean } from '../languages/nearest.ts'
import type { Detector } from './engine/detector.ts'
import type { Ignores } from './engine/judge.ts'
import { shapeOf } from './operators/shapes.ts'
import type { TokenMint } from './operators/tokens.ts'

export interface IgnoreRule {
  /** As findings name it. */
  readonly id: string
  /** Exact, or a family: `pii/*`. */
  readonly class: string
  /** Name of the column, key or header; `*` stands for any characters. */
  readonly field?: string | undefined
  readonly connection?: string | undefined
  /** One value: by its digest (`sallyport mask digest`), or as text where that tells nobody anything. */
  readonly value?: { readonly digest: string } | { readonly text: string } | undefined
  readonly reason: string
  readonly owner: string
  /** `2027-03-31`: the first day on which it does not apply any more, UTC. */
  readonly expires: string
}

/** 128 bits, hexadecimal. */
export const digestDigits = 32
/** Longer values have no digest: a rule is for one of them, not for a document. */
const longestValue = 2_048

/** The same for all ways to write the same value; keyed, so that nobody finds the value by trying. */
export function digestOf(mint: TokenMint, dataClass: DataClass, value: string): string {
  const bytes = Buffer.from(value, 'utf8').toString('latin1')
  return mint.mint('ignore', dataClass, shapeOf(dataClass).canonical(bytes)).hex(digestDigits)
}

interface Compiled {
  readonly id: string
  /** Its place among all: the first that applies is the one that is told. */
  readonly rank: number
  readonly field: ((name: string) => boolean) | null
  readonly connection: string | null
  readonly text: string | null
  readonly digest: string | null
  readonly expiresAtMs: number
}

export interface IgnoringParts {
  readonly detectors: readonly Detector[]
  readonly mint: TokenMint
  readonly clock: Clock
}

/** Classes that rules may be about: of any finding, and of values whose end is known, which have digests. */
export interface Ignorable {
  readonly all: ReadonlySet<DataClass>
  readonly withEnd: ReadonlySet<DataClass>
}

export function toIgnorable(named: readonly DataClass[], detectors: readonly Detector[]): Ignorable {
  return {
    all: new Set([...named, ...detectors.map((one) => one.dataClass)]),
    withEnd: new Set(detectors.filter(hasEnd).map((one) => one.dataClass)),
  }
}

type AboutClass = Pick<IgnoreRule, 'class' | 'value'>

function matchedBy(rule: AboutClass, { all, withEnd }: Ignorable): readonly DataClass[] {
  return [...(rule.value === undefined ? all : withEnd)].filter((dataClass) => covers(rule.class, dataClass))
}

/** @returns why a rule would never apply, or null */
export function ignoreProblem(rule: AboutClass, ignorable: Ignorable): string | null {
  if (matchedBy(rule, ignorable).length > 0) return null
  if (matchedBy({ class: rule.class }, ignorable).length > 0)
    return `of '${rule.class}' nobody knows where its values end: a rule for it names a field`
  return `no detector finds '${rule.class}'${didYouMean(rule.class, [...ignorable.all])}`
}

export class Ignoring {
  readonly #parts: IgnoringParts
  /** By class. */
  readonly #rules = new Map<DataClass, Compiled[]>()
  /** The configuration bounds how many connections there are. */
  readonly #byConnection = new Map<string, Ignores | null>()

  /** @param named classes of findings that a field's name makes: no detector of theirs needs to exist */
  constructor(rules: readonly IgnoreRule[], named: readonly DataClass[], parts: IgnoringParts) {
    this.#parts = parts
    const ignorable = toIgnorable(named, parts.detectors)
    for (const [rank, rule] of rules.entries()) {
      const problem = ignoreProblem(rule, ignorable)
      if (problem !== null)
        throw new Fault('config.invalid', { what: 'masking.ignore', id: rule.id, class: rule.class, problem })
      for (const dataClass of matchedBy(rule, ignorable)) {
        const same = this.#rules.get(dataClass) ?? []
        this.#rules.set(dataClass, [...same, { ...toCompiled(rule, dataClass), rank }])
      }
    }
  }

  /** @param connection null where there is none: rules that name one do not apply */
  on(connection: string | null): Ignores | null {
    const key = connection ?? ''
    let known = this.#byConnection.get(key)
    if (known === undefined) this.#byConnection.set(key, (known = this.#scoped(connection)))
    return known
  }

  #scoped(connection: string | null): Ignores | null {
    const { mint, clock, detectors } = this.#parts
    const byClass = new Map<DataClass, readonly Compiled[]>()
    for (const [dataClass, rules] of this.#rules) {
      const here = rules.filter((rule) => rule.connection === null || rule.connection === connection)
      if (here.length > 0) byClass.set(dataClass, here)
    }
    if (byClass.size === 0) return null
    const byDetector = detectors.map((one) => {
      const rules = byClass.get(one.dataClass)?.filter((rule) => hasEnd(one) || !isForValue(rule)) ?? []
      return rules.length === 0 ? null : new DetectorRules(rules)
    })
    const applies = (rule: Compiled, field: string | null): boolean =>
      (rule.field === null || (field !== null && rule.field(field))) && clock.nowMs() < rule.expiresAtMs
    return {
      named: (dataClass, field) =>
        byClass.get(dataClass)?.find((one) => !isForValue(one) && applies(one, field))?.id ?? null,
      match(detector, field, bytes, place) {
        const rules = byDetector[detector]
        const dataClass = detectors[detector]?.dataClass
        if (rules == null || dataClass === undefined) return null
        const value = (): string | null =>
          place.maskEnd - place.maskStart > longestValue
            ? null
            : canonicalOf(dataClass, bytes, place.maskStart, place.maskEnd)
        const digest = (canonical: string): string => mint.mint('ignore', dataClass, canonical).hex(digestDigits)
        return rules.first(value, digest, (rule) => applies(rule, field))
      },
    }
  }
}

/** Of one detector: there may be hundreds for single values, and what was found is looked up once. */
class DetectorRules {
  readonly #forAny: readonly Compiled[]
  readonly #byText: ReadonlyMap<string, readonly Compiled[]>
  readonly #byDigest: ReadonlyMap<string, readonly Compiled[]>

  constructor(rules: readonly Compiled[]) {
    this.#forAny = rules.filter((rule) => !isForValue(rule))
    this.#byText = groupedBy(rules, ({ text }) => text)
    this.#byDigest = groupedBy(rules, ({ digest }) => digest)
  }

  /** @param value canonical; null for one that no rule can name. @returns the id of the first that applies */
  first(
    value: () => string | null,
    digest: (canonical: string) => string,
    applies: (rule: Compiled) => boolean,
  ): string | null {
    const found = this.#forAny.find(applies)
    const canonical = this.#byText.size + this.#byDigest.size === 0 ? null : value()
    if (canonical === null) return found?.id ?? null
    const named = this.#byText.get(canonical)?.find(applies)
    const digested = this.#byDigest.size === 0 ? undefined : this.#byDigest.get(digest(canonical))?.find(applies)
    const [first] = [found, named, digested].filter((rule) => rule !== undefined).sort((a, b) => a.rank - b.rank)
    return first?.id ?? null
  }
}

function groupedBy(
  rules: readonly Compiled[],
  keyOf: (rule: Compiled) => string | null,
): ReadonlyMap<string, readonly Compiled[]> {
  const groups = new Map<string, Compiled[]>()
  for (const rule of rules) {
    const key = keyOf(rule)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [rule])
    else group.push(rule)
  }
  return groups
}

function isForValue({ text, digest }: Compiled): boolean {
  return text !== null || digest !== null
}

/** A value that is masked as it goes by, before its end is known, is not known to be anybody's. */
function hasEnd(detector: Detector): boolean {
  return detector.swallow === undefined
}

function covers(pattern: string, dataClass: DataClass): boolean {
  return pattern === dataClass || (pattern.endsWith('/*') && dataClass.startsWith(pattern.slice(0, -1)))
}

function toCompiled(rule: IgnoreRule, dataClass: DataClass): Omit<Compiled, 'rank'> {
  const { id, field, connection = null, value } = rule
  const text = value !== undefined && 'text' in value ? value.text : null
  return {
    id,
    field: field === undefined ? null : toNamePattern(field),
    connection,
    text: text === null ? null : shapeOf(dataClass).canonical(Buffer.from(text, 'utf8').toString('latin1')),
    digest: value !== undefined && 'digest' in value ? value.digest : null,
    expiresAtMs: expiresAtMs(rule) ?? 0,
  }
}

function canonicalOf(dataClass: DataClass, bytes: Uint8Array, start: number, end: number): string {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  return shapeOf(dataClass).canonical(value)
}

/** `*` stands for any characters; capitals do not matter. Never slower than the length of both. */
export function toNamePattern(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  if (rest.length === 0) return (name) => name.toLowerCase() === first
  const last = rest.pop() ?? ''
  return (name) => {
    const text = name.toLowerCase()
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    const end = text.length - last.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

/** null for what is no day. */
export function expiresAtMs({ expires }: Pick<IgnoreRule, 'expires'>): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(`${expires}T00:00:00Z`) : Number.NaN
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== expires ? null : ms
}

/** Told so early. */
const noticeMs = 14 * 86_400_000

/** What somebody should look at: rules that do not apply any more, and those that soon will not. */
export function endingRules(rules: readonly IgnoreRule[], nowMs: number): string[] {
  return rules.flatMap((rule) => {
    const at = expiresAtMs(rule) ?? 0
    if (at - nowMs > noticeMs) return []
    const whose = `masking.ignore: the rule '${rule.id}' of ${rule.owner}`
    if (at <= nowMs)
      return [`${whose} expired on ${rule.expires} and does not apply: remove it, or renew it with its reason`]
    return [`${whose} expires on ${rule.expires}; what it lets through is masked from then on`]
  })
}
