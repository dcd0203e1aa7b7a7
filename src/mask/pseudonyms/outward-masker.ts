// Masks what is sent to a target that is not to see it. Values that were found earlier in the same exchange are replaced
// wherever they stand, before any detector looks: what the target wrote around a token, and the client sent back around the
// value, must become the same text again, byte for byte, or nothing that the target keeps of the conversation fits any more.

import type { FieldContext } from '../../kernel/action.ts'
import type { Coverage, Finding } from '../../kernel/finding.ts'
import type { Masker, MaskStream } from '../../kernel/masker.ts'
import { joined, namedClass } from '../operators/editor.ts'
import type { Vault } from './vault.ts'

export interface OutwardParts {
  /** Replaces what the detectors find by the vault's tokens. */
  readonly detecting: Masker
  readonly vault: Vault
  /** The name of the field says that its value is a secret, and secrets are kept from this target. */
  readonly isNamedSecret: (field: FieldContext) => boolean
}

export class OutwardMasker implements Masker {
  readonly #parts: OutwardParts

  constructor(parts: OutwardParts) {
    this.#parts = parts
  }

  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const { detecting, vault, isNamedSecret } = this.#parts
    if (field.content === 'opaque' || end <= start) return detecting.value(bytes, start, end, field)
    if (isNamedSecret(field)) return vault.replacement(namedClass, bytes.subarray(start, end))
    if (vault.isEmpty) return detecting.value(bytes, start, end, field)
    const pieces: Uint8Array[] = []
    let length = 0
    let isChanged = false
    const put = (piece: Uint8Array): void => {
      pieces.push(piece)
      length += piece.length
    }
    const detect = (from: number, to: number): void => {
      if (to <= from) return
      const masked = detecting.value(bytes, from, to, field)
      isChanged ||= masked !== null
      put(masked ?? bytes.subarray(from, to))
    }
    // What is known is known from before this text: what is found in it counts for the texts behind it.
    let at = start
    for (const one of vault.knownIn(bytes, start, end)) {
      detect(at, one.start)
      put(one.meaning.token)
      isChanged = true
      at = one.end
    }
    detect(at, end)
    return isChanged ? joined(pieces, length) : null
  }

  /** A request is held whole before it is sent, so nothing of it comes in pieces. */
  stream(field: FieldContext): MaskStream {
    return this.#parts.detecting.stream(field)
  }

  towards(): Masker {
    return this
  }

  drain(): { readonly findings: readonly Finding[]; readonly coverage: Readonly<Coverage> } {
    return this.#parts.detecting.drain()
  }
}
