// What a character beyond ASCII is taken for: the plain sign that it looks like or stands for (Unicode 16: Nd, Zs, Pd, full-width
// and small forms, letters and digits of mathematics), or nothing where it has no width (default ignorables, combining marks).
// Not what only resembles a sign: ² and ① are written beside numbers and would lengthen them.

export const nothing = 0
export const itself = -1

/** Where ten digits in a row begin, of the scripts of the Basic Multilingual Plane below U+2000: those above begin with the
 *  byte that half of all Korean does, which would all be looked at twice. */
const digitsFrom = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040,
  0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
] // prettier-ignore

type Range = readonly [from: number, to: number]

const spaces: readonly Range[] = [[0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000]] // prettier-ignore
/** With the sign for minus, and a bullet that is a dash. */
const dashes: readonly Range[] = [
  [0x58a, 0x58a], [0x5be, 0x5be], [0x1400, 0x1400], [0x1806, 0x1806], [0x2010, 0x2015], [0x2043, 0x2043], [0x2212, 0x2212], [0x2e17, 0x2e17],
  [0x2e1a, 0x2e1a], [0x2e3a, 0x2e3b], [0x2e40, 0x2e40], [0x2e5d, 0x2e5d], [0x301c, 0x301c], [0x3030, 0x3030], [0x30a0, 0x30a0],
  [0xfe31, 0xfe32], [0xfe58, 0xfe58], [0xfe63, 0xfe63],
] // prettier-ignore
/** One dot leader, ideographic full stop: dots of domains, too (RFC 3490 §3.1). */
const dots: readonly Range[] = [[0x2024, 0x2024], [0x3002, 0x3002], [0xff61, 0xff61]] // prettier-ignore
const widthless: readonly Range[] = [
  [0xad, 0xad], [0x300, 0x36f], [0x61c, 0x61c], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f], [0x200b, 0x200f], [0x202a, 0x202e],
  [0x2060, 0x206f], [0x20d0, 0x20f0], [0x3164, 0x3164], [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb], [0xe0000, 0xe0fff],
] // prettier-ignore
/** Full width is ASCII, further on; the others are looked up as Unicode says what they are compatible with. */
const fullWidth: Range = [0xff01, 0xff5e]
const compatible: readonly Range[] = [[0xfe50, 0xfe6b], [0x1d400, 0x1d7ff]] // prettier-ignore

/** By pair of the first two bytes of UTF-8: begins anything that means something else like this? */
export const pairs = new Uint8Array(0x1_0000)
const meanings = new Map<number, number>()

const utf8 = new TextEncoder()

function add(code: number, meaning: number): void {
  if (meaning === itself || meanings.has(code)) return
  meanings.set(code, meaning)
  const [first = 0, second = 0] = utf8.encode(String.fromCodePoint(code))
  pairs[(first << 8) | second] = 1
}

function addAll(ranges: readonly Range[], toMeaning: (code: number) => number): void {
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) add(code, toMeaning(code))
}

for (const from of digitsFrom) addAll([[from, from + 9]], (code) => 0x30 + code - from)
addAll(spaces, () => 0x20)
addAll(dashes, () => 0x2d)
addAll(dots, () => 0x2e)
addAll(widthless, () => nothing)
addAll([fullWidth], (code) => code - 0xfee0)
addAll(compatible, (code) => {
  const plain = String.fromCodePoint(code).normalize('NFKC')
  return plain.length === 1 && plain > ' ' && plain < '\x7f' ? plain.charCodeAt(0) : itself
})

/** Of a character beyond ASCII; `nothing` for one without width, `itself` for all others. */
export function meaningOf(code: number): number {
  return meanings.get(code) ?? itself
}
