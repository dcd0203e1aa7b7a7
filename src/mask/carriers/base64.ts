// Letters of Base64 (RFC 4648 §4 and §5), and what decodes from them: is it text? Almost every run of letters in a text is a name,
// a number or a hash, and that is seen after the first few.

export const minLetters = 16
/** With the padding that makes so many of them. */
export const minPadded = 14
export const noLetter = 64
export const letters = new Uint8Array(256).fill(noLetter)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
for (let i = 0; i < alphabet.length; i++) letters[alphabet.charCodeAt(i)] = i
letters[0x2d] = 62
letters[0x5f] = 63

/** What a byte of decoded text is: a character, the first of so many more, one of these, or nothing in a text. */
const continuation = 4
const broken = 5
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return byte === 0x7f || (byte < 0x20 && (byte < 9 || byte > 13)) ? broken : 0
  if (byte < 0xc2 || byte > 0xf4) return byte < 0xc0 ? continuation : broken
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
})

/** Are bytes that come one by one text? Control characters and broken UTF-8 are not, and a few of them are in any text. */
export class TextGauge {
  total = 0
  #bad = 0
  #expected = 0

  begin(): void {
    this.total = 0
    this.#bad = 0
    this.#expected = 0
  }

  put(byte: number): void {
    this.total++
    const kind = kinds[byte] ?? broken
    if (this.#expected > 0 && kind === continuation) {
      this.#expected--
      return
    }
    if (this.#expected > 0) this.#bad++
    this.#expected = kind <= 3 ? kind : 0
    if (kind > 3) this.#bad++
  }

  get isNoText(): boolean {
    return this.#bad > 2 + (this.total >> 3)
  }
}

/**
 * To the next run that is long enough, or may become so in the next feed. The byte before `from` is no letter.
 * @returns `end` when there is none
 */
export function seek(bytes: Uint8Array, from: number, end: number, final: boolean): number {
  let start = from
  while (start + minPadded <= end) {
    let at = start + minPadded - 1
    while (at >= start && letters[bytes[at] ?? 0] !== noLetter) at--
    if (at < start) return start
    start = at + 1
  }
  if (final) return end
  let at = end - 1
  while (at >= start && letters[bytes[at] ?? 0] !== noLetter) at--
  return at + 1
}

/** Of a whole value: has it no run that may decode to text, and none with more letters than may go uncounted? */
export function isWithoutText(bytes: Uint8Array, from: number, end: number, maxLetters: number): boolean {
  if (end - from < minLetters) return true
  for (let at = seek(bytes, from, end, true); at < end; at = seek(bytes, at, end, true)) {
    if (!isNoTextSoon(bytes, at, end)) return false
    const start = at
    while (at < end && letters[bytes[at] ?? 0] !== noLetter) at++
    if (at - start > maxLetters) return false
  }
  return true
}

const soonLetters = 12
const soon = new TextGauge()

/** The same that reading would find after some letters, in the least time: nearly all runs are something else. */
export function isNoTextSoon(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < soonLetters) return false
  soon.begin()
  for (let i = start; i < start + soonLetters; i += 4) {
    const a = letters[bytes[i] ?? 0] ?? 0
    const b = letters[bytes[i + 1] ?? 0] ?? 0
    const c = letters[bytes[i + 2] ?? 0] ?? 0
    const d = letters[bytes[i + 3] ?? 0] ?? 0
    if (((a | b | c | d) & noLetter) !== 0) return false
    soon.put((a << 2) | (b >> 4))
    soon.put(((b << 4) | (c >> 2)) & 0xff)
    soon.put(((c << 6) | d) & 0xff)
    if (soon.isNoText) return true
  }
  return false
}
