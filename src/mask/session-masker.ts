// The masker of one session: the kernel's port. Values of text go through one scanner that is used again and again; streams
// have their own. It never throws: what cannot be looked at is masked whole, and counted as that.

import type { FieldContext } from '../kernel/action.ts'
import type { Coverage, Finding } from '../kernel/finding.ts'
import type { Masker, MaskStream } from '../kernel/masker.ts'
import type { FieldPolicy } from './engine/context.ts'
import { Editor } from './operators/editor.ts'
import type { FieldNames } from './field-names.ts'
import { Found } from './found.ts'
import { JsonStream } from './carriers/json-stream.ts'
import type { Operators } from './operators/operators.ts'
import type { RuleSet } from './engine/rule-set.ts'
import type { Scanner } from './engine/scanner.ts'
import { failedRule } from './engine/span.ts'
import { NamedStream, OpaqueStream, TextStream } from './carriers/text-stream.ts'

export interface SessionParts {
  readonly set: RuleSet
  /** By detector: 1 when its class is masked for this session's principal. */
  readonly enabled: Uint8Array
  readonly operators: Operators
  readonly fields: FieldNames
}

export class SessionMasker implements Masker {
  readonly #editor: Editor
  readonly #fields: FieldNames
  readonly #scanner: Scanner
  /** What the field of the last value says: rows repeat their columns. */
  #field: FieldContext | null = null
  #policy: FieldPolicy
  #masksByName = false

  constructor(parts: SessionParts) {
    this.#editor = new Editor(parts.set, parts.enabled, parts.operators, new Found())
    this.#fields = parts.fields
    this.#policy = parts.fields.policyOf(null)
    this.#scanner = this.#editor.newScanner(this.#policy)
  }

  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const { found } = this.#editor
    if (field.content === 'opaque') {
      found.skipped(end - start)
      return null
    }
    if (end <= start) return null
    try {
      return field.content === 'json'
        ? this.#json(bytes.subarray(start, end), field)
        : this.#text(bytes, start, end, field)
    } catch {
      return this.#editor.failed(this.#policy)
    }
  }

  stream(field: FieldContext): MaskStream {
    if (field.content === 'opaque') return new OpaqueStream(this.#editor)
    const policy = this.#fields.policies.of(field)
    if (this.#editor.masksByName(policy)) return new NamedStream(this.#editor, policy)
    if (field.content === 'text') return new TextStream(this.#editor, policy)
    return new JsonStream(this.#editor, { field, policyOf: (name) => this.#fields.policyOf(name) })
  }

  drain(): { readonly findings: readonly Finding[]; readonly coverage: Readonly<Coverage> } {
    return this.#editor.found.drain()
  }

  #json(bytes: Uint8Array, field: FieldContext): Uint8Array | null {
    const stream = this.stream(field)
    const first = stream.push(bytes)
    const rest = stream.end()
    if (first === bytes && rest.length === 0) return null
    const whole = new Uint8Array(first.length + rest.length)
    whole.set(first)
    whole.set(rest, first.length)
    return whole
  }

  #text(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const editor = this.#editor
    if (field !== this.#field) this.#turnTo(field)
    editor.found.scanned(end - start)
    if (this.#masksByName) return editor.byName(this.#policy)
    const scanner = this.#scanner
    scanner.feed(bytes, start, end, true)
    const { spans } = scanner
    if (spans.length === 0) return null
    if (spans.at(-1)?.rule === failedRule) return editor.failed(this.#policy)
    return editor.edit(spans, bytes, start, end, this.#policy)
  }

  #turnTo(field: FieldContext): void {
    this.#field = field
    this.#policy = this.#fields.policies.of(field)
    this.#masksByName = this.#editor.masksByName(this.#policy)
    this.#scanner.reuse(this.#policy)
  }
}
