// Puts values back in place of the tokens that went out for them, in text that the session's own masker has let pass. Only where
// the policy says so, for the client or for the tool that is given the text, and never inside an address of the web: a model
// that was talked into it could carry a value away by naming a place to fetch.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../../kernel/action.ts'
import type { Coverage, DataClass, Finding } from '../../kernel/finding.ts'
import type { Masker, MaskStream, RowColumn, RowNames } from '../../kernel/masker.ts'
import { copied, joined } from '../operators/editor.ts'
import { AddressTrace } from './address-trace.ts'
import { isLetterOrDigit } from './letter-or-digit.ts'
import type { Vault } from './vault.ts'

const empty = new Uint8Array(0)
/** Longer runs of letters and digits are no token; nothing of them is held. */
const longestRun = 32

/** Whether a class is put back for a tool, `''` being the client itself. Asked once a class and tool. */
export type MayRestore = (tool: string) => (dataClass: DataClass) => boolean

export class RestoringMasker implements Masker {
  readonly #inward: Masker
  readonly #vault: Vault
  readonly #mayRestore: MayRestore
  readonly #tool: string

  constructor(inward: Masker, vault: Vault, mayRestore: MayRestore, tool = '') {
    this.#inward = inward
    this.#vault = vault
    this.#mayRestore = mayRestore
    this.#tool = tool
  }

  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const masked = this.#inward.value(bytes, start, end, field)
    if (this.#vault.isEmpty || field.content === 'opaque') return masked
    const restoring = this.#newStream(null)
    const text = masked ?? bytes.subarray(start, end)
    const first = restoring.push(text)
    const rest = restoring.end()
    if (first === text && rest.length === 0) return masked
    return joined([first, rest], first.length + rest.length)
  }

  row(columns: readonly RowColumn[]): RowNames | null {
    return this.#inward.row?.(columns) ?? null
  }

  stream(field: FieldContext): MaskStream {
    const inward = this.#inward.stream(field)
    return this.#vault.isEmpty || field.content === 'opaque' ? inward : this.#newStream(inward)
  }

  towards(tool: string | null): Masker {
    if (tool === null) return this.#inward
    return new RestoringMasker(this.#inward.towards(tool), this.#vault, this.#mayRestore, tool)
  }

  drain(): { readonly findings: readonly Finding[]; readonly coverage: Readonly<Coverage> } {
    return this.#inward.drain()
  }

  #newStream(inward: MaskStream | null): RestoringStream {
    return new RestoringStream(inward, this.#vault, this.#mayRestore(this.#tool), this.#tool !== '')
  }
}

/** Holds back a run of letters and digits only while it may still become a token. */
class RestoringStream implements MaskStream {
  readonly #inward: MaskStream | null
  readonly #vault: Vault
  readonly #mayRestore: (dataClass: DataClass) => boolean
  /** The run that the last piece ended in, when it is held. */
  #held: Uint8Array = empty
  /** The last piece ended in a run that is no token's beginning: it is none until it ends. */
  #isPassing = false
  readonly #address: AddressTrace

  /** @param isValue what comes is the argument of a tool, and not a text among others */
  constructor(
    inward: MaskStream | null,
    vault: Vault,
    mayRestore: (dataClass: DataClass) => boolean,
    isValue: boolean,
  ) {
    this.#address = new AddressTrace(isValue)
    this.#inward = inward
    this.#vault = vault
    this.#mayRestore = mayRestore
  }

  push(piece: Uint8Array): Uint8Array {
    return this.#restore(this.#inward === null ? piece : this.#inward.push(piece), false)
  }

  end(): Uint8Array {
    const restored = this.#restore(this.#inward === null ? empty : this.#inward.end(), true)
    this.#isPassing = false
    this.#address.reset()
    return restored
  }

  #restore(piece: Uint8Array, final: boolean): Uint8Array {
    if (piece.length === 0 && !final) return piece
    const text = this.#held.length === 0 ? piece : joined([this.#held, piece], this.#held.length + piece.length)
    this.#held = empty
    const out: Uint8Array[] = []
    let length = 0
    let from = 0
    const put = (bytes: Uint8Array): void => {
      out.push(bytes)
      length += bytes.length
    }
    for (let at = 0; at < text.length;) {
      if (!isLetterOrDigit(text[at])) {
        this.#isPassing = false
        this.#address.sign(text[at] ?? 0)
        at++
        continue
      }
      let stop = at
      while (stop < text.length && isLetterOrDigit(text[stop])) stop++
      if (stop === text.length && !final && this.#mayHold(text, at, stop)) {
        put(text.subarray(from, at))
        this.#held = copied(text, at, stop)
        return joined(out, length)
      }
      const value = this.#valueFor(text, at, stop)
      if (value !== null) {
        put(text.subarray(from, at))
        put(value)
        from = stop
      }
      this.#isPassing = stop === text.length && !final
      this.#address.run()
      at = stop
    }
    if (out.length === 0) return text
    put(text.subarray(from))
    return joined(out, length)
  }

  #mayHold(text: Uint8Array, at: number, stop: number): boolean {
    return !this.#isPassing && stop - at <= longestRun && this.#vault.mayBecomeToken(latin1(text, at, stop))
  }

  #valueFor(text: Uint8Array, at: number, stop: number): Uint8Array | null {
    if (this.#isPassing || this.#address.isInside || stop - at > longestRun) return null
    const kept = this.#vault.keptFor(latin1(text, at, stop))
    return kept !== undefined && this.#mayRestore(kept.dataClass) ? kept.value : null
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}
