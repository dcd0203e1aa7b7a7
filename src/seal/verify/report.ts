// What a verification says: a verdict for each question an auditor asks, kept apart, because integrity is not completeness.

const verdictNames = [
  'INTEGRITY',
  'INCLUSION',
  'CONSISTENCY',
  'WITNESSED',
  'TIMED',
  'COMPLETENESS',
  'RECONCILED',
  'DISCLOSURE',
] as const
export type VerdictName = (typeof verdictNames)[number]

export interface Verdict {
  readonly name: VerdictName
  readonly outcome: 'PASS' | 'FAIL' | 'NOT_CHECKED'
  /** What is wrong, each by its name. At most `maxLines`; `more` counts the rest. */
  readonly findings: readonly string[]
  /** What an auditor should know and what is no fault. Bounded likewise. */
  readonly notes: readonly string[]
  readonly more: number
}

export interface Report {
  /** No verdict is FAIL. */
  readonly isGood: boolean
  readonly origin: string | null
  readonly size: number
  /** Root of the checkpoint, base64. */
  readonly root: string | null
  readonly sessions: { readonly sealed: number; readonly open: number; readonly crashed: number }
  readonly objects: number
  /** Whether their bytes were compared with what the entries commit to. */
  readonly objectsChecked: boolean
  readonly verdicts: readonly Verdict[]
}

const maxLines = 200

class Draft {
  isChecked = false
  readonly findings: string[] = []
  readonly notes: string[] = []
  more = 0

  /** Names in a line may be the log's own words, and a line goes to a terminal. */
  add(list: string[], line: string): void {
    if (list.length < maxLines) list.push(line.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\ufffd'))
    else this.more++
  }
}

/** Collects while the log is read. */
export class Findings {
  readonly #drafts = new Map<VerdictName, Draft>(verdictNames.map((name) => [name, new Draft()]))
  #failed = new Set<VerdictName>()

  /** This question was asked; without a finding its answer is PASS. */
  ask(name: VerdictName): void {
    this.#draft(name).isChecked = true
  }

  fail(name: VerdictName, line: string): void {
    this.#failed.add(name)
    const draft = this.#draft(name)
    draft.add(draft.findings, line)
  }

  note(name: VerdictName, line: string): void {
    const draft = this.#draft(name)
    draft.add(draft.notes, line)
  }

  hasFailed(name: VerdictName): boolean {
    return this.#failed.has(name)
  }

  verdicts(): Verdict[] {
    return [...this.#drafts].map(([name, { isChecked, findings, notes, more }]) => ({
      name,
      outcome: this.#failed.has(name) ? 'FAIL' : isChecked ? 'PASS' : 'NOT_CHECKED',
      findings,
      notes,
      more,
    }))
  }

  #draft(name: VerdictName): Draft {
    const draft = this.#drafts.get(name) ?? new Draft()
    this.#drafts.set(name, draft)
    return draft
  }
}
