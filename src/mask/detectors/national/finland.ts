// Finland: personal identity code (henkilötunnus; Government Decree 128/2010, new separators of 2023).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { hasLowerCase } from '../characters.ts'

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY'

function digitsAt({ bytes, start }: Match, from: number, count: number): number {
  let number = 0
  for (let i = start + from; i < start + from + count; i++) number = number * 10 + (bytes[i] ?? 0) - 48
  return number
}

/** `+` is 1800; `-` and U–Y 1900; A–F 2000. */
function centuryOf(separator: number): number {
  if (separator === 0x2b) return 1_800
  const letter = separator & 0xdf
  return letter >= 0x41 && letter <= 0x46 ? 2_000 : 1_900
}

function checkPerson(match: Match): number {
  const { bytes, start } = match
  const birth = digitsAt(match, 0, 6)
  const year = centuryOf(bytes[start + 6] ?? 0) + (birth % 100)
  if (!isDate(year, Math.floor(birth / 100) % 100, Math.floor(birth / 10_000))) return 0
  const serial = digitsAt(match, 7, 3)
  // 002–899 for persons; from 900 on for those whose code is not given yet.
  if (serial < 2) return 0
  const check = bytes[start + 10] ?? 0
  const expected = checkCharacters.charCodeAt((birth * 1_000 + serial) % 31)
  if (expected !== (check >= 97 ? check - 32 : check)) return 0
  return hasLowerCase(match) ? 0.35 : 0.55
}

export const finnishDetectors: readonly Detector[] = [
  {
    id: 'fi-personal-identity-code',
    dataClass: 'pii/fi-personal-identity-code',
    pattern: '[0-3][0-9][01][0-9]{3}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y]',
    left: notBytes('A-Za-z0-9_*+.-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 11,
    score: 0.55,
    check: checkPerson,
    alone: true,
    words: [
      'henkil',
      'hetu',
      'personbeteckning',
      'personal_identity',
      'identity_code',
      'identity_number',
      'sosiaaliturva',
    ],
  },
]
