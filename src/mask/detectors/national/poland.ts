// Poland: PESEL (Act on population records, 2010, art. 15).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { weightedSum } from '../checksums.ts'

const weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]
/** The century is added to the month: 80 for 1800, 0, 20, 40, 60 for 1900 and after. */
const centuries = [1_900, 2_000, 2_100, 2_200, 1_800]

function checkPesel(match: Match): number {
  readValues(match)
  if (weightedSum(values, weights) % 10 !== 0) return 0
  const month = numberAt(2, 2)
  const year = (centuries[Math.floor(month / 20)] ?? 0) + numberAt(0, 2)
  return isDate(year, month % 20, numberAt(4, 2)) ? 0.3 : 0
}

export const polishDetectors: readonly Detector[] = [
  {
    id: 'pl-pesel',
    dataClass: 'pii/pl-pesel',
    pattern: '[0-9]{11}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 11,
    score: 0.3,
    check: checkPesel,
    alone: true,
    words: ['pesel', 'ewidencyjn', 'numer_pesel', 'nr_pesel', 'national_id', 'polish_id'],
    unlike: ['order', 'phone', 'telefon', 'hash', 'timestamp'],
  },
]
