// What this room put in place of values, known again by its form alone: text that was masked is masked again, by another
// session or another hop, and must stay as it is. Each form is one that no value has; the recogniser asks for all of it,
// because whatever it takes for a token is not masked.

import type { DataClass } from '../../kernel/finding.ts'
import { luhnSum } from '../detectors/checksums.ts'
import { bytesOf } from '../engine/byte-set.ts'
import type { Match } from '../engine/detector.ts'

/** Of the digits of a token in a card's place: a card's is 0. */
const cardResidue = 5

/** 9999 is no issuer's, and the check digit is wrong besides. @param digits the others, at least one */
export function cardToken(digits: string): string {
  const token = Uint8Array.from(`9999${digits.slice(0, -1)}0`, Number)
  const rest = luhnSum(token, token.length) % 10
  return `${token.join('').slice(0, -1)}${(cardResidue + 10 - rest) % 10}`
}

function isCardToken(text: string): boolean {
  return luhnSum(Uint8Array.from(text, Number), text.length) % 10 === cardResidue
}

export const mark = (operator: 'masked' | 'hash', dataClass: DataClass, token: string): string =>
  `[${operator}:${dataClass}/${token}]`
export const redaction = (dataClass: DataClass): string => `[redacted:${dataClass}]`

/** Names of classes have a digit or two: more would be a number that somebody wants to be taken for one. */
const name = '(?!(?:[a-z-]*[0-9]){4})[a-z0-9-]{1,64}'
const dataClass = `[a-z]{2,16}/${name}`
const forms: readonly string[] = [
  `\\[(?:masked:${dataClass}/[a-z2-7]{13}|hash:${dataClass}/[0-9a-f]{32}|redacted:${dataClass}|${dataClass})\\]`,
  // What stands beside them is no part of a longer name or number.
  ...[
    'u_[a-z2-7]{12}@masked\\.invalid',
    '\\+999[0-9]{12}',
    '9999[0-9]{8,15}',
    '000-[0-9]{2}-[0-9]{4}',
    '[A-Z]{2}00[A-Z2-7]{11,30}',
    '240(?:\\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?',
    '100:(?::[1-8][0-9a-f]{3}){4}(?:/[0-9]{1,3})?',
    'f7(?::[0-9a-f]{2}){5}|f7(?:-[0-9a-f]{2}){5}|f7[0-9a-f]{2}(?:\\.[0-9a-f]{4}){2}',
  ].map((form) => `(?<![A-Za-z0-9_])(?:${form})(?![A-Za-z0-9_])`),
]
/** Begun, where the match ends before the token does: so far that nothing else goes on like this. */
const begun: readonly string[] = [
  '(?<![A-Za-z0-9_])(?:u_[a-z2-7]{12}@|240(?:\\.[0-9]{1,3}){2}\\.|100:(?::[1-8][0-9a-f]{3}){2,3}:)$',
  `\\[(?:masked:${dataClass}(?:/[a-z2-7]{0,13})?|hash:${dataClass}(?:/[0-9a-f]{0,32})?|redacted:${dataClass})$`,
]
const anyForm = new RegExp([...forms, ...begun].join('|'), 'g')
/** Where the value ends, whatever has begun is whole. */
const wholeForm = new RegExp(forms.join('|'), 'g')

const markEnd = /(?:\[(?:masked:|redacted:)?[a-z]{2,16}\/[a-z0-9-]+(?:\/[a-z2-7]{13})?|\/[0-9a-f]{32})\]$/

/** Does a mark end there? A number behind it may go on one that is masked. @param text to a closing bracket */
export function endsMark(text: string): boolean {
  return markEnd.test(text)
}

/** So many stars, in groups or not, are what is left of a number; fewer emphasize, or begin an item of a list. */
export const leastStars = 4
const betweenStars = bytesOf(' ./()+\xa0\xc2-')

/** Is the match the rest of a number that was masked in part, or stands it right behind one? */
export function isBehindStars(match: Match): boolean {
  let stars = 0
  for (let distance = 1; stars < leastStars; distance++) {
    const byte = match.byteBefore(distance)
    if (byte === 0x2a) stars++
    else if (betweenStars[byte] !== 1) return false
  }
  return true
}

const inToken = bytesOf('A-Za-z0-9+.:@_/[-')
const inName = bytesOf('A-Za-z0-9_')
const isCapital = bytesOf('A-Z')
const bracket = 0x5b
/** How forms begin, four bytes as a number: `9999`, `+999`, `000-`, `240.`, `100:`. */
const [nines, country, nobodys, address, discarded] = [0x39393939, 0x2b393939, 0x3030302d, 0x3234302e, 0x3130303a]
/** And `@ma`; `00` behind two capitals; `f7` behind nothing of a name. */
const [mail, zeros, hardware] = [0x406d61, 0x3030, 0x6637]

/** Does what was read last stand in some form? Most findings are decided by it, so nothing is made of them. */
function maySay(four: number): boolean {
  if ((four & 0xff) === bracket || (four & 0xffffff) === mail) return true
  const two = four & 0xffff
  if (two === zeros) return isCapital[(four >>> 16) & 0xff] === 1 && isCapital[four >>> 24] === 1
  if (two === hardware) return inName[(four >>> 16) & 0xff] !== 1
  if (four === nines || four === country) return true
  return four === nobodys || four === address || four === discarded
}

function mayBeOwn(match: Match): boolean {
  // No form has a space in it: what stands further off is none of the match's.
  let left = 1
  while (inToken[match.byteBefore(left)] === 1) left++
  let four = 0
  for (let distance = left - 1; distance > 0; distance--) {
    four = (four << 8) | match.byteBefore(distance)
    if (maySay(four)) return true
  }
  for (let i = match.start; i < match.end; i++) {
    four = (four << 8) | (match.bytes[i] ?? 0)
    if (maySay(four)) return true
  }
  return false
}

/**
 * Is what a match would mask a token, or a part of one, or does it hold one and hardly anything else? More than that beside
 * a token is masked with it: nobody hides a value by writing one in front of it. @param after the byte behind the match
 */
export function isOwn(match: Match, after: number): boolean {
  if (!mayBeOwn(match)) return false
  const before = match.before()
  const text = before + match.text() + (after < 256 ? String.fromCharCode(after) : '')
  const start = before.length + match.maskStart - match.start
  const end = before.length + match.maskEnd - match.start
  let left = end - start
  let isTouched = false
  for (const one of text.matchAll(after < 256 ? anyForm : wholeForm)) {
    const from = Math.max(start, one.index)
    const to = Math.min(end, one.index + one[0].length)
    if (to <= from || (one[0].startsWith('9999') && !isCardToken(one[0]))) continue
    isTouched = true
    left -= to - from
  }
  return isTouched && left < 6
}
