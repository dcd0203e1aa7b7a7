// What was found in one action, counted: by rule and field, never a value. Bounded, because fields are named by targets.

import type { Coverage, DataClass, Finding } from '../kernel/finding.ts'

type Counted = { -readonly [name in keyof Finding]: Finding[name] }

/** Beyond it further fields are counted without their name. */
const maxNamed = 256

export class Found {
  readonly #counts = new Map<string, Counted>()
  readonly #discloses: boolean
  /** What was counted last, which is often what comes next. */
  #last: Counted | null = null
  #coverage: Coverage = { scannedBytes: 0, opaqueBytes: 0 }

  /** @param discloses some classes are not looked for, because the principal may see them */
  constructor(discloses = false) {
    this.#discloses = discloses
  }

  scanned(bytes: number): void {
    this.#coverage.scannedBytes += bytes
  }

  skipped(bytes: number): void {
    this.#coverage.opaqueBytes += bytes
  }

  /** Letters of Base64 that were not decoded. */
  undecoded(bytes: number): void {
    this.#coverage.opaqueBytes += bytes
    this.#coverage.encodedBytes = (this.#coverage.encodedBytes ?? 0) + bytes
  }

  /** @param ignoredBy the rule by which it was not masked */
  add(dataClass: DataClass, rule: string, field: string | null, ignoredBy = ''): void {
    const last = this.#last
    if (last !== null && last.rule === rule && last.field === field && (last.ignoredBy ?? '') === ignoredBy) {
      last.count++
      return
    }
    const named = this.#counts.size < maxNamed ? field : null
    const start = `${rule}\0${ignoredBy}\0`
    const known = this.#counts.get(start + (field ?? '')) ?? this.#counts.get(start + (named ?? ''))
    if (known !== undefined) {
      this.#last = known
      known.count++
      return
    }
    const first: Counted = { class: dataClass, rule, field: named, count: 1 }
    if (ignoredBy !== '') first.ignoredBy = ignoredBy
    this.#counts.set(start + (named ?? ''), first)
  }

  drain(): { findings: readonly Finding[]; coverage: Readonly<Coverage> } {
    const findings = inOrder([...this.#counts.values()])
    const coverage = this.#coverage
    if (this.#discloses && coverage.scannedBytes > 0) coverage.disclosedBytes = coverage.scannedBytes
    this.#counts.clear()
    this.#last = null
    this.#coverage = { scannedBytes: 0, opaqueBytes: 0 }
    return { findings, coverage }
  }
}

/** What is ignored is counted where it is looked at, not where it stands, and that depends on how a value was cut. */
function inOrder(findings: Counted[]): readonly Finding[] {
  if (findings.every((one) => one.ignoredBy === undefined)) return findings
  const keyOf = ({ ignoredBy, rule, field }: Counted): string => `${ignoredBy ?? ''}\0${rule}\0${field ?? ''}`
  const ignored = findings.filter((one) => one.ignoredBy !== undefined)
  ignored.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return [...findings.filter((one) => one.ignoredBy === undefined), ...ignored]
}
