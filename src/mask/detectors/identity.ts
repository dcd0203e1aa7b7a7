// Numbers that name a person or an account: US social security numbers and IBANs.
//
// Nine digits alone are far more often an order than a person: without separators a word or a column has to say so.

import { notBytes, nonWord } from '../byte-set.ts'
import { isMod97 } from '../checksums.ts'
import type { Detector, Match } from '../detector.ts'

/** SSA: areas 000, 666 and 900–999, group 00 and serial 0000 were never given. */
function checkSsn(match: Match): number {
  const text = match.text()
  const digits = text.replace(/\D/g, '')
  const area = digits.slice(0, 3)
  if (area === '000' || area === '666' || area >= '900') return 0
  if (digits.slice(3, 5) === '00' || digits.endsWith('0000')) return 0
  // A part of a longer number in groups.
  if ((text.includes(' ') ? /[0-9*][-. ]$/ : /[0-9*][-.]$/).test(match.before())) return 0
  if (text.length === 9) return /^(\d)\1+$/.test(digits) ? 0 : 0.1
  // 078-05 1120: one separator of two kinds is nobody's way to write it.
  const [first, second] = text.split(/\d+/).filter((part) => part !== '')
  return first === second ? (first === '-' ? 0.7 : 0.5) : 0.2
}

/** ISO 13616 registry: length by country. */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
  FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
  LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
  SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

function checkIban(match: Match): number {
  const iban = match
    .text()
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase()
  const checkDigits = iban.slice(2, 4)
  if (ibanLengths[iban.slice(0, 2)] !== iban.length) return 0
  // 00, 01 and 99 cannot come out of the computation; 00 marks our own tokens.
  if (checkDigits < '02' || checkDigits > '98') return 0
  return isMod97(iban) ? 0.9 : 0
}

export const identityDetectors: readonly Detector[] = [
  {
    id: 'iban',
    dataClass: 'pii/iban',
    pattern: '[A-Za-z]{2}[0-9]{2}(?:(?: |-|\\xc2\\xa0)?[A-Za-z0-9]){11,29}',
    left: notBytes('A-Za-z0-9_*'),
    right: nonWord,
    maxBytes: 66,
    score: 0.9,
    check: checkIban,
  },
  {
    id: 'us-ssn',
    dataClass: 'pii/us-ssn',
    pattern: '[0-9]{3}(?:[-. ]|\\xe2\\x80[\\x90-\\x95])?[0-9]{2}(?:[-. ]|\\xe2\\x80[\\x90-\\x95])?[0-9]{4}',
    left: notBytes('A-Za-z0-9_*+.'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 15,
    score: 0.5,
    check: checkSsn,
    words: ['ssn', 'social', 'socialsecurity', 'sozialversicherung', 'taxpayer', 'tax_id', 'tin'],
    unlike: ['uuid', 'guid', 'hash', 'sha', 'order', 'sku', 'serial', 'timestamp', 'version', 'phone', 'zip'],
  },
]
