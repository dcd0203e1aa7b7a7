// What a reviewer reads of a request. It was written by the one who wants it approved, so nothing in it may act on a
// terminal or make text look like other text, and nothing may be left out: what cannot be shown whole is not approvable.

import type { RecordedPart } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'

const maxBytes = 1024 * 1024
const maxParts = 10_000
const maxLabelLength = 200

/** Controls, format characters (bidirectional, zero-width, tags), private use, line and paragraph separators. */
const invisible = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu

export function toReadable(text: string): string {
  return text.replace(invisible, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

export function toLabel(text: string): string {
  return toReadable(text.replaceAll(/\s+/g, ' ')).slice(0, maxLabelLength)
}

/** @throws Fault `approval.too-large` when a part is missing or all of them are more than anybody reads */
export function toReviewParts(
  parts: readonly RecordedPart[],
): readonly { readonly role: string; readonly text: string }[] {
  const bytes = parts.reduce((sum, part) => sum + (part.bytes?.length ?? 0), 0)
  if (bytes > maxBytes || parts.length > maxParts) throw new Fault('approval.too-large', { bytes, parts: parts.length })
  return parts.map((part) => {
    if (part.bytes === null) throw new Fault('approval.too-large', { bytes: part.length, parts: parts.length })
    return { role: toLabel(part.role), text: toReadable(new TextDecoder().decode(part.bytes)) }
  })
}
