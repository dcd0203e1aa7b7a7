// China: the number of a resident (GB 11643-1999): region, day of birth, serial, and a check character (ISO 7064 mod 11-2).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { namesOfThings } from '../digits.ts'

const letterX = 33

function checkResident(match: Match): number {
  readValues(match)
  if (!isDate(numberAt(6, 4), numberAt(10, 2), numberAt(12, 2))) return 0
  let rest = 0
  for (let i = 0; i < 17; i++) rest = ((rest + (values[i] ?? 0)) * 2) % 11
  const check = (12 - rest) % 11
  return values[17] === (check === 10 ? letterX : check) ? 0.6 : 0
}

export const chineseDetectors: readonly Detector[] = [
  {
    id: 'cn-resident-id',
    dataClass: 'pii/cn-resident-id',
    // Regions begin with 11 to 82; nobody alive was born before 1800, as the standard's own examples were.
    pattern: '[1-8][0-9]{5}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx]',
    left: notBytes('A-Za-z0-9_*+.-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 18,
    score: 0.6,
    check: checkResident,
    words: ['resident', 'identity', 'id_card', 'id_no', 'id_num', 'shenfenzheng', 'citizen'],
    unlike: namesOfThings,
  },
]
