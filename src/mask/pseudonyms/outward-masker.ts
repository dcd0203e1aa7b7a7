// Masks what is sent to a target that is not to see it. Values that were found earlier in the same exchange are replaced
// wherever they stand, before any detector looks: what the target wrote around a token, and the client sent back around the
// value, must become the same text again, byte for byte, or nothing that the target keeps of the conversation fits any more.

import type { FieldContext } from '../../kernel/action.ts'
import type { Coverage, Finding } from '../../kernel/finding.ts'
import type { Masker, MaskStream } from '../../kernel/masker.ts'
import { copied, joined, namedClass } from '../operators/editor.ts'
import type { Conversation, FirstSeen, PromptMemory } from './prompt-memory.ts'
import type { Vault } from './vault.ts'

/** What earlier requests came to, and where this one stands. */
export interface Remembering {
  readonly memory: PromptMemory
  readonly conversation: Conversation
}

export interface OutwardParts extends Remembering {
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
    const { detecting, vault, memory, conversation } = this.#parts
    if (field.content === 'opaque' || end <= start) return detecting.value(bytes, start, end, field)
    const text = bytes.subarray(start, end)
    const key = conversation.follow(text, field)
    const known = memory.get(key)
    if (known !== undefined) {
      for (const one of known.firstSeen) vault.keep(one.token, one.dataClass, text.subarray(one.start, one.end))
      return known.masked
    }
    const firstSeen: FirstSeen[] = []
    let isAllHere = true
    vault.onKept = (token, dataClass, value) => {
      const at = offsetIn(text, value)
      if (at === -1) isAllHere = false
      else firstSeen.push({ token, dataClass, start: at, end: at + value.length })
    }
    const masked = this.#masked(bytes, start, end, field)
    vault.onKept = null
    if (isAllHere) memory.keep(key, { masked: masked === null ? null : copied(masked, 0, masked.length), firstSeen })
    return masked
  }

  #masked(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    const { detecting, vault, isNamedSecret } = this.#parts
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

/** Where a part of a text stands in it; -1 for what was put together from it. */
function offsetIn(text: Uint8Array, part: Uint8Array): number {
  const at = part.byteOffset - text.byteOffset
  return part.buffer === text.buffer && at >= 0 && at + part.length <= text.length ? at : -1
}
