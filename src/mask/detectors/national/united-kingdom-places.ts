// Where somebody of the United Kingdom lives and what they drive: postcodes (BS 7666) and registration marks (DVLA INF104).
// Neither has a check digit, so a word or a column has to say what it is.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { namesOfThings } from '../digits.ts'

/** Of Royal Mail and, at the end, of the islands. */
const areas = new Set(
  `AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU
  HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR
  RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE GY IM JE`.split(
    /\s+/,
  ),
)

/** The area, the district with the letter that one or two letters before it admit, the sector and the unit. */
const postcode =
  /^(?:([A-Z]{1,2})(?:[0-9]{1,2}|(?<=^[A-Z])[0-9][ABCDEFGHJKPSTUW]|(?<=^[A-Z]{2})[0-9][ABEHMNPRVWXY])|(GIR)) ?[0-9]/

function checkPostcode(match: Match): number {
  const [, area, giro] = postcode.exec(match.text().toUpperCase()) ?? []
  return (area === undefined ? giro !== undefined : areas.has(area)) ? 0.3 : 0
}

const outward = '(?:[A-Z]{1,2}[0-9][0-9A-Z]?|[a-z]{1,2}[0-9][0-9a-z]?|GIR)'
const inward = '[0-9](?:[ABD-HJLNP-UW-Z]{2}|[abd-hjlnp-uw-z]{2})'

const place = {
  left: notBytes('A-Za-z0-9_*.-'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: namesOfThings,
} as const

const vehicle = {
  ...place,
  dataClass: 'pii/uk-vehicle-registration',
  words: [
    'vehicle',
    'registration',
    'reg_no',
    'reg_num',
    'reg_plate',
    'reg:',
    'reg"',
    'reg=',
    'reg$',
    'car_reg',
    'plate',
    'number_plate',
    'licence_plate',
    'license_plate',
    'vrm',
    'vrn',
    'dvla',
  ],
} as const

export const unitedKingdomPlaceDetectors: readonly Detector[] = [
  {
    ...place,
    id: 'uk-postcode',
    dataClass: 'pii/uk-postcode',
    pattern: `${outward} ${inward}`,
    maxBytes: 8,
    score: 0.3,
    check: checkPostcode,
    words: ['postcode', 'post_code', 'postal', 'pcode', 'zip', 'address', 'street', 'road', 'london'],
    alone: true,
  },
  {
    ...place,
    id: 'uk-postcode-compact',
    dataClass: 'pii/uk-postcode',
    pattern: `${outward}${inward}`,
    maxBytes: 7,
    score: 0.3,
    check: checkPostcode,
    words: ['postcode', 'post_code', 'postal', 'pcode'],
  },
  {
    ...vehicle,
    id: 'uk-vehicle-registration',
    // Since 2001: where it was registered, then the year, and 50 more in its second half.
    pattern: '(?i)[A-HK-PRSV-Y][A-HJ-PR-Y](?:0[2-9]|[12][0-9]|5[1-9]|[67][0-9])[ -]?[A-HJ-PR-Z]{3}',
    maxBytes: 8,
    score: 0.3,
    alone: true,
  },
  {
    ...vehicle,
    id: 'uk-vehicle-registration-prefix',
    pattern: '(?i)[A-HJ-NPR-TV-Y][1-9][0-9]{0,2} ?[A-HJ-PR-Z]{3}',
    maxBytes: 8,
    score: 0.2,
  },
  {
    ...vehicle,
    id: 'uk-vehicle-registration-suffix',
    pattern: '[A-HJ-PR-Z]{3} ?[1-9][0-9]{0,2}[A-HJ-NPR-TV-Y]',
    maxBytes: 8,
    score: 0.2,
  },
]
