// The social insurance number of Canada. Every tenth number of nine digits passes its check, so a word has to speak for it.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isLuhn } from '../checksums.ts'
import { namesOfThings, readDigits, shortWord } from '../digits.ts'

/** ESDC: Luhn's check digit; numbers with 0 and 8 in the first place were never given. */
function checkInsurance(match: Match): number {
  const { value, isMixed, isTail, isUniform } = readDigits(match)
  return isMixed || isTail || isUniform || !isLuhn(value, 9) ? 0 : 0.3
}

export const canadaDetectors: readonly Detector[] = [
  {
    id: 'ca-sin',
    dataClass: 'pii/ca-sin',
    pattern: '[1-79][0-9]{2}(?:[ -]?[0-9]{3}){2}',
    left: notBytes('A-Za-z0-9_*+.'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 11,
    score: 0.3,
    check: checkInsurance,
    words: [
      ...shortWord('sin'),
      'sin_card',
      'social_insurance',
      ...shortWord('nas'),
      'assurance_sociale',
      'canadian_social',
    ],
    unlike: [...namesOfThings, 'phone'],
    alone: true,
  },
]
