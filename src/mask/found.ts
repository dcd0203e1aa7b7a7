// What was found in one action, counted: by rule and field, never a value. Bounded, because fields are named by targets.

import type { Coverage, DataClass, Finding } from '../kernel/finding.ts'

/** Beyond it further fields are counted without their name. */
const maxNamed = 256

export class Found {
  readonly #counts = new Map<string, { class: DataClass; rule: string; field: string | null; count: number }>()
  #coverage: Coverage = { scannedBytes: 0, opaqueBytes: 0 }

  scanned(bytes: number): void {
    this.#coverage.scannedBytes += bytes
  }

  skipped(bytes: number): void {
    this.#coverage.opaqueBytes += bytes
  }

  add(dataClass: DataClass, rule: string, field: string | null): void {
    const named = this.#counts.size < maxNamed ? field : null
    const key = `${rule}\0${field ?? ''}`
    const known = this.#counts.get(key) ?? this.#counts.get(`${rule}\0${named ?? ''}`)
    if (known === undefined)
      this.#counts.set(`${rule}\0${named ?? ''}`, { class: dataClass, rule, field: named, count: 1 })
    else known.count++
  }

  drain(): { findings: readonly Finding[]; coverage: Readonly<Coverage> } {
    const findings = [...this.#counts.values()]
    const coverage = this.#coverage
    this.#counts.clear()
    this.#coverage = { scannedBytes: 0, opaqueBytes: 0 }
    return { findings, coverage }
  }
}
