// Germany, documents: identity card, passport (ICAO Doc 9303 check digit), driving licence (FeV Anlage 8), registration
// plates (FZV), commercial register and postcodes.
//
// The serial of a card or passport has nine characters and its check digit comes after it, as a tenth; many systems keep
// eight and the check digit. Either proves itself; nine without one need a word.

import { notBytes, nonWord } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isOneCharacter, numberAt, readValues, values } from '../characters.ts'
import { weightedSum } from '../checksums.ts'

const serialWeights = [7, 3, 1, 7, 3, 1, 7, 3]
const longSerialWeights = [...serialWeights, 1]

function checkSerial(match: Match): number {
  const count = readValues(match)
  const sum = weightedSum(values, count === 10 ? longSerialWeights : serialWeights)
  return sum % 10 === values[count - 1] ? 0.3 : 0
}

/** Two digits at least: words that happen to have no vowel have none. */
function checkSerialForm(match: Match): number {
  const count = readValues(match)
  let digits = 0
  for (let i = 0; i < count; i++) if ((values[i] ?? 0) < 10) digits++
  return digits >= 2 ? 0.2 : 0
}

/** Until 2010: four digits of the authority, five of the serial, and the check digit. */
function checkOldCard(match: Match): number {
  const count = readValues(match)
  return weightedSum(values, longSerialWeights) % 10 === values[9] && !isOneCharacter(count) ? 0.2 : 0
}

const licenceWeights = [9, 8, 7, 6, 5, 4, 3, 2, 1]

/** The authority, the serial, the check digit (mod 11, X for ten) and the number of the copy. */
function checkLicence(match: Match): number {
  readValues(match)
  const rest = weightedSum(values, licenceWeights) % 11
  return (rest === 10 ? 33 : rest) === values[9] ? 0.3 : 0
}

/** At most eight characters in all; letters that were never given. */
const neverGiven = /[- ](?:SS|SA|HJ|KZ|NS)[- ]?[0-9]/

function checkPlate(match: Match): number {
  const text = match.text()
  // An umlaut is two bytes, of which the second says nothing.
  const count = text.replace(/[- \x80-\xbf]/g, '').length
  return count <= 8 && !neverGiven.test(text) ? 0.25 : 0
}

/** 01001–99998, without the leads that Deutsche Post has never given. */
function checkPostcode(match: Match): number {
  const count = readValues(match)
  if (count > 5) {
    match.maskStart = match.end - 5
    values.copyWithin(0, count - 5, count)
  }
  const lead = numberAt(0, 2)
  if (lead === 0 || lead === 5 || lead === 43 || lead === 62) return 0
  const number = numberAt(0, 5)
  return number >= 1_001 && number <= 99_998 ? 0.05 : 0
}

/** No vowels, and none of B, D, Q and S: nothing that reads as a word or as a digit. */
const lowerSerialCharacter = '[0-9cfghjklmnprtvwxyz]'
const upperSerialCharacter = '[0-9CFGHJKLMNPRTVWXYZ]'

/** With a check digit. In small letters a digit has to come soon, or every word of a text could be the beginning of one. */
function toSerial(first: string): string {
  const lower = lowerSerialCharacter
  const soon = `(?:[0-9]${lower}{6,7}|${lower}[0-9]${lower}{5,6})`
  return `[${first}]${upperSerialCharacter}{7,8}[0-9]|[${first.toLowerCase()}]${soon}[0-9]`
}

const serial = { left: notBytes('A-Za-z0-9_*-'), right: nonWord, unlike: ['order', 'sku', 'hash', 'uuid'] } as const

const cardWords = ['personalausweis', 'ausweis', 'perso_nr', 'id_card', 'identity_card']
const passportWords = ['reisepass', 'passport', 'passnummer', 'pass_nr', 'pass_nummer', 'passnr', 'kinderreisepass']

export const germanDocumentDetectors: readonly Detector[] = [
  {
    ...serial,
    id: 'de-id-card',
    dataClass: 'pii/de-id-card',
    pattern: toSerial('LMNPRTVWXY'),
    maxBytes: 10,
    score: 0.3,
    check: checkSerial,
    alone: true,
    words: cardWords,
  },
  {
    ...serial,
    id: 'de-passport',
    dataClass: 'pii/de-passport',
    pattern: toSerial('CFGHJKLMNPRTVWXYZ'),
    maxBytes: 10,
    score: 0.3,
    check: checkSerial,
    alone: true,
    words: passportWords,
  },
  {
    // The form of the first years of the card.
    ...serial,
    id: 'de-id-card-t',
    dataClass: 'pii/de-id-card',
    pattern: '[Tt][0-9]{8}',
    maxBytes: 9,
    score: 0.2,
    alone: true,
    words: cardWords,
  },
  {
    ...serial,
    id: 'de-id-card-serial',
    dataClass: 'pii/de-id-card',
    pattern: `[LMNPRTVWXY]${upperSerialCharacter}{8}`,
    maxBytes: 9,
    score: 0.2,
    check: checkSerialForm,
    words: cardWords,
  },
  {
    ...serial,
    id: 'de-passport-serial',
    dataClass: 'pii/de-passport',
    pattern: `[CFGHJKLMNPRTVWXYZ]${upperSerialCharacter}{8}`,
    maxBytes: 9,
    score: 0.2,
    check: checkSerialForm,
    words: passportWords,
  },
  {
    id: 'de-id-card-old',
    dataClass: 'pii/de-id-card',
    pattern: '[0-9]{10}D?',
    left: notBytes('A-Za-z0-9_*+.,-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 11,
    score: 0.2,
    check: checkOldCard,
    words: cardWords,
  },
  {
    id: 'de-fuehrerschein',
    dataClass: 'pii/de-fuehrerschein',
    pattern: '[A-Z][0-9]{2}[0-9A-Z]{6}[0-9X][0-9A-Z]',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 11,
    score: 0.3,
    check: checkLicence,
    alone: true,
    words: ['fuehrerschein', 'hrerschein', 'fahrerlaubnis', 'driving_licen', 'driver_licen', 'driver_s_licen', 'fs_nr'],
  },
  {
    id: 'de-fuehrerschein-form',
    dataClass: 'pii/de-fuehrerschein',
    pattern: '[A-Za-z]{2}[0-9]{8}[0-9A-Za-z]',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 11,
    score: 0.2,
    alone: true,
    words: ['fuehrerschein', 'hrerschein', 'fahrerlaubnis'],
  },
  {
    id: 'de-kfz',
    dataClass: 'pii/de-kfz',
    pattern: '(?:[A-Z]|\\xc3[\\x84\\x96\\x9c]){1,3}[- ][A-Z]{1,2}[- ]?[1-9][0-9]{0,3}[EH]?',
    left: notBytes('A-Za-z0-9_*\x80-\xff-'),
    right: notBytes('A-Za-z0-9_*\x80-\xff-'),
    maxBytes: 15,
    score: 0.25,
    check: checkPlate,
    alone: true,
    words: [
      'kennzeichen',
      'kfz',
      'nummernschild',
      'fahrzeug',
      'pkw',
      'lkw',
      'license_plate',
      'licence_plate',
      'number_plate',
    ],
  },
  {
    id: 'de-handelsregister',
    dataClass: 'pii/de-handelsregister',
    pattern: 'HR ?[AB](?:[- ]?(?:Nr\\.?|Nummer))?:?[- ]?[1-9][0-9]{0,5}(?: ?[A-Z])?',
    left: notBytes('A-Za-z0-9_*-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 24,
    score: 0.5,
    words: ['handelsregister', 'registergericht', 'amtsgericht', 'registernummer', 'hrb', 'hra'],
  },
  {
    id: 'de-register-number',
    dataClass: 'pii/de-handelsregister',
    pattern: '(?:hr[ab]|GnR|GsR|PR|VR) ?[1-9][0-9]{0,5}',
    left: notBytes('A-Za-z0-9_*-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 10,
    score: 0.2,
    words: [
      'handelsregister',
      'registergericht',
      'amtsgericht',
      'registernummer',
      'vereinsregister',
      'partnerschaftsregister',
    ],
  },
  {
    id: 'de-plz',
    dataClass: 'pii/de-plz',
    pattern: '(?:DE?-)?[0-9]{5}',
    left: notBytes('A-Za-z0-9_*+.,:/-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 8,
    score: 0.05,
    check: checkPostcode,
    // Who asks for postcodes by name means five digits; nothing else does.
    alone: true,
    words: ['plz', 'postleitzahl', 'postleitz', 'leitzahl'],
  },
]
