// The masker of one session: the kernel's port. Values of text go through one scanner that is used again and again; streams
// have their own. It never throws: what cannot be looked at is masked whole, and counted as that.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../kernel/action.ts'
import type { Coverage, Finding } from '../kernel/finding.ts'
import type { Masker, MaskStream, RowColumn, RowNames, ValueMasker, ValuePlaces } from '../kernel/masker.ts'
import type { FieldPolicy } from './engine/context.ts'
import type { Ignores } from './engine/judge.ts'
import { Editor, joined } from './operators/editor.ts'
import type { FieldNames, Said } from './field-names.ts'
import { Found } from './found.ts'
import { FormStream } from './carriers/form-stream.ts'
import { JsonStream } from './carriers/json-stream.ts'
import type { Replacer } from './operators/operators.ts'
import type { RuleSet, Visibility } from './engine/rule-set.ts'
import { failedRule } from './engine/span.ts'
import type { Survey } from './survey.ts'
import { TerminalStream } from './carriers/terminal-stream.ts'
import { TextFinder } from './carriers/text-finder.ts'
import { isNamedWhole, mayBeNamed, ToldNames } from './row-names.ts'
import { edited, NamedStream, OpaqueStream, TextStream } from './carriers/text-stream.ts'

export interface SessionParts {
  readonly set: RuleSet
  /** Of this session's principal. */
  readonly visibility: Visibility
  readonly operators: Replacer
  readonly fields: FieldNames
  /** What is let through on this session's connection. */
  readonly ignores?: Ignores | null
  /** The principal may see values of some classes that would be masked otherwise. */
  readonly discloses?: boolean
  /** Of the thread; not where a value may stand for another one. */
  readonly survey?: Survey
}

export class SessionMasker implements Masker {
  readonly #editor: Editor
  readonly #fields: FieldNames
  /** Made for the first text: many an answer has none. */
  #finder: TextFinder | null = null
  /** What the field of the last value says: rows repeat their columns. */
  #field: FieldContext | null = null
  #policy: FieldPolicy
  #isSecretByName = false
  readonly #survey: Survey | null
  /** The turn of the survey that the next value is asked of. */
  #turn = 0
  /** Made for the first row. */
  #names: ToldNames | null = null
  /** Of the row that is being looked at, when there are some. */
  #told: ToldNames | null = null

  constructor(parts: SessionParts) {
    this.#survey = parts.survey ?? null
    this.#editor = new Editor(parts, new Found(parts.discloses))
    this.#fields = parts.fields
    this.#policy = parts.fields.policyOf(null)
  }

  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const { found } = this.#editor
    if (field.content === 'opaque') {
      found.skipped(end - start)
      return null
    }
    if (end <= start) return null
    try {
      return field.content === 'text'
        ? this.#text(bytes, start, end, field)
        : this.#whole(bytes.subarray(start, end), field)
    } catch {
      return this.#editor.failed(this.#policy)
    }
  }

  row(columns: readonly RowColumn[]): RowNames | null {
    this.#names ??= new ToldNames(this.#fields)
    this.#told = this.#names.begin(columns)
    return this.#told
  }

  over(bytes: Uint8Array, values: ValuePlaces): ValueMasker {
    const survey = this.#survey
    if (survey === null) return this
    const turn = survey.begin(bytes, values)
    return {
      row: (columns) => this.row(columns),
      value: (all, start, end, field) => {
        this.#turn = all === bytes ? turn : 0
        const masked = this.value(all, start, end, field)
        this.#turn = 0
        return masked
      },
    }
  }

  stream(field: FieldContext): MaskStream {
    return this.#newStream(field, null)
  }

  #newStream(field: FieldContext, beside: Said | null): MaskStream {
    if (field.content === 'opaque') return new OpaqueStream(this.#editor)
    const own = this.#fields.policies.of(field)
    // How much of a text is meant shows where its strings are read.
    const policy = beside !== null && own.part !== 'text' ? beside.of(own) : own
    if (this.#editor.masksByName(policy)) return new NamedStream(this.#editor, policy, field.content === 'json')
    if (field.content === 'text') return new TextStream(this.#editor, policy)
    if (field.content === 'terminal') return new TerminalStream(this.#editor, policy)
    const fields = { field, beside, names: this.#fields }
    return field.content === 'form' ? new FormStream(this.#editor, fields) : new JsonStream(this.#editor, fields)
  }

  towards(): Masker {
    return this
  }

  drain(): { readonly findings: readonly Finding[]; readonly coverage: Readonly<Coverage> } {
    return this.#editor.found.drain()
  }

  #whole(bytes: Uint8Array, field: FieldContext): Uint8Array | null {
    const stream = this.#newStream(field, this.#told?.saidOf(this.#fields.policies.of(field)) ?? null)
    const first = stream.push(bytes)
    const rest = stream.end()
    if (first === bytes && rest.length === 0) return null
    const whole = joined([first, rest], first.length + rest.length)
    return Buffer.compare(whole, bytes) === 0 ? null : whole
  }

  #text(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const editor = this.#editor
    if (this.#told !== null) this.#turnToNamed(bytes, start, end, field)
    else if (field !== this.#field) this.#turnTo(field)
    editor.found.scanned(end - start)
    if (this.#isSecretByName && editor.masksByName(this.#policy)) return editor.byName(this.#policy)
    const survey = this.#turn === 0 || this.#policy.speaksFor ? null : this.#survey
    if (survey !== null && survey.turn === this.#turn && survey.isClear(start, end)) return null
    this.#finder ??= new TextFinder(editor, this.#policy)
    const finder = this.#finder
    finder.feed(bytes, start, end, true)
    const { spans } = finder
    if (spans.length === 0) return null
    return spans.some((span) => span.rule === failedRule) ? editor.failed(this.#policy) : edited(finder)
  }

  #turnTo(field: FieldContext): void {
    this.#field = field
    this.#policy = this.#fields.policies.of(field)
    this.#isSecretByName = this.#policy.isSecret
    this.#finder?.reuse(this.#policy)
  }

  /** In a row that names its values: asked anew for each, as what is said of a text depends on how long it is. */
  #turnToNamed(bytes: Uint8Array, start: number, end: number, field: FieldContext): void {
    this.#turnTo(field)
    const own = this.#policy
    const said = mayBeNamed(own, end - start) ? this.#told?.saidOf(own) : null
    if (said == null) return
    this.#field = null
    this.#policy = said.of(own)
    this.#isSecretByName = own.isSecret || (this.#policy.isSecret && isNamedWhole(own, bytes, start, end))
    this.#finder?.reuse(this.#policy)
  }
}
