// International bank account numbers (ISO 13616): proved by their check digits and the length of their country.

import { nonWord, notBytes } from '../engine/byte-set.ts'
import { isMod97 } from './checksums.ts'
import type { Detector, Match } from '../engine/detector.ts'

/** ISO 13616 registry: length by country. */
const registry =
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
  FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
  LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
  SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`.split(/\s+/)

const ibanLengths = new Map(
  registry.map((entry) => [entry.charCodeAt(0) * 256 + entry.charCodeAt(1), Number(entry.slice(2))]),
)

/** Half of all pairs of letters are no country's; of those of hexadecimal digits, five in six. */
const country = [...new Set(registry.map((entry) => entry.charAt(0)))]
  .map((first) => `${inCapitalsOrNot(first)}${inCapitalsOrNot(secondLetters(first))}`)
  .join('|')

function secondLetters(first: string): string {
  return registry.map((entry) => (entry.startsWith(first) ? entry.charAt(1) : '')).join('')
}

function inCapitalsOrNot(letters: string): string {
  return `[${letters}${letters.toLowerCase()}]`
}

function lengthOf(first: number, second: number): number | undefined {
  return ibanLengths.get((first & 0xdf) * 256 + (second & 0xdf))
}

function isLetterOrDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
}

function checkIban(match: Match): number {
  const { bytes, start, end } = match
  let count = 0
  for (let i = start; i < end; i++) if (isLetterOrDigit(bytes[i] ?? 0)) count++
  if (lengthOf(bytes[start] ?? 0, bytes[start + 1] ?? 0) !== count) return 0
  const text = match.text()
  const iban = text.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
  if (iban.length < text.length && isOddlyGrouped(text)) return 0
  const checkDigits = iban.slice(2, 4)
  // 00, 01 and 99 cannot come out of the computation; 00 marks our own tokens.
  if (checkDigits < '02' || checkDigits > '98') return 0
  return isMod97(iban) ? 0.9 : 0
}

/**
 * A part of a UUID, and words of a sentence behind a short identifier: groups of letters alone are a bank's, which have four, or
 * the currency of the account, which is last.
 */
function isOddlyGrouped(text: string): boolean {
  if (/[A-Z]/.test(text) && /[a-z]/.test(text)) return true
  if (/-[A-Za-z0-9]{5}|[A-Za-z0-9]{5}-/.test(text)) return true
  const groups = text.split(/[^A-Za-z0-9]+/)
  return groups.slice(0, -1).some((group) => group.length !== 4 && /^[A-Za-z]+$/.test(group))
}

export const ibanDetectors: readonly Detector[] = [
  {
    id: 'iban',
    dataClass: 'pii/iban',
    pattern: `(?:${country})[0-9]{2}(?:(?: |-|\\xc2\\xa0)?[A-Za-z0-9]){11,29}`,
    left: notBytes('A-Za-z0-9_*'),
    right: nonWord,
    maxBytes: 66,
    score: 0.9,
    check: checkIban,
  },
]
