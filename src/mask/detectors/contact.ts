// Mail addresses and telephone numbers.
//
// A telephone number has no check digit, so its form must be one that people write: a country code that exists, the groups
// of a national plan, or a word that says so. Plain digits are never a telephone number without such a word.

import { bytesOf, notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'
import { endsMark } from '../operators/own-tokens.ts'

/** Not a top-level domain anybody can have mail in: reserved ones, and endings of files (`icon@2x.png`). */
const notDomains = new Set(
  `invalid png jpg jpeg gif svg webp ico bmp avif css scss less js mjs cjs jsx ts tsx json yaml yml toml ini cfg conf lock
  txt log csv xml html htm pdf doc docx xls xlsx zipx tar gz tgz bz2 xz zst exe dll bin deb rpm jar war class java cpp hpp
  go php rb swift kt service target socket timer mount slice device`.split(/\s+/),
)

const topDomain = /^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/
/** As UTF-8 has it: Latin, Greek, Cyrillic, Armenian. Scripts without blanks between words are not among them. */
const foreignTopDomain = /^(?:[\xc3-\xd5][\x80-\xbf]){2,24}$/
const [period, dash, mailSign, quote] = [0x2e, 0x2d, 0x40, 0x27]

/** What programs write before a quote: `b'alice@example.com'` is no O'Neil. */
const quotePrefix = /^(?:[befnrux]|br|rb|fr|rf)'/i

function topDomainAt(bytes: Uint8Array, from: number, end: number): string {
  let top = ''
  for (let i = from; i < end; i++) top += String.fromCharCode(bytes[i] ?? 0)
  return top
}

function isTopDomain(top: string): boolean {
  const small = top.toLowerCase()
  return topDomain.test(small) ? !notDomains.has(small) : foreignTopDomain.test(top)
}

function checkMail(match: Match): number {
  const { bytes, start, end } = match
  let dot = end - 1
  while (bytes[dot] !== period) dot--
  let at = dot
  while (bytes[at] !== mailSign) {
    // A label neither begins nor ends with a dash.
    if (bytes[at] === period && (bytes[at - 1] === dash || bytes[at + 1] === dash)) return 0
    at--
  }
  if (bytes[at + 1] === dash || end - at > 254) return 0
  // `git@host:path` is where a repository is.
  if (at - start === 3 && match.text().startsWith('git@')) return 0
  if (!isTopDomain(topDomainAt(bytes, dot + 1, end))) return 0
  if ((bytes[start + 1] === quote || bytes[start + 2] === quote) && quotePrefix.test(match.text()))
    match.maskStart = start + match.text().indexOf("'") + 1
  return 0.9
}

/** ITU-T E.164 country codes, by their first digits. */
const countryCodes =
  /^(?:1|7|2(?:0|7|1[123568]|[2346]\d|5[0-8]|9[01789])|3(?:[0123469]|5\d|7\d|8[0-35-79])|4(?:[013-9]|2[013])|5(?:[1-8]|0\d|9\d)|6(?:[0-6]|7[0-9]|8[0-35-9]|9[0-2])|8(?:[1246]|00|08|5[02356]|7[0-9]|8[0168])|9(?:[0-58]|6[0-8]|7[0-79]|9[2-8]))/

function digitsOf(text: string): string {
  return text.replace(/(?:x|ext\.?) ?\d+$/, '').replace(/\D/g, '')
}

/** Numbers that this room itself puts in place of others. */
function isOurs(digits: string): boolean {
  return digits.startsWith('999') || digits.startsWith('000')
}

/** The tail of a longer number or identifier is not a number of its own. */
function continuesNumber(match: Match): boolean {
  const before = match.before()
  return /[A-Za-z0-9*][-./:]$/.test(before) || (/\][-./:]$/.test(before) && endsMark(before.slice(0, -1)))
}

/** Many a number is filled up with zeros: behind two of them the country must stand by itself, in no row of groups. */
function isAbroad(match: Match, count: number): boolean {
  const lead = /^00([1-9]\d{0,2})[ (-]/.exec(match.text())?.[1]
  if (lead === undefined || countryCodes.exec(lead)?.[0] !== lead || /\d $/.test(match.before())) return false
  return count >= 10 && count <= 13
}

function checkInternational(match: Match): number {
  const text = match.text()
  const digits = digitsOf(text.replace('(0)', '')).replace(/^00/, '')
  if (digits.length < 8 || digits.length > 15 || isOurs(digits) || !countryCodes.test(digits)) return 0
  if (text.startsWith('00')) return continuesNumber(match) ? 0 : isAbroad(match, digits.length) ? 0.45 : 0.3
  return /[ ().-]/.test(text) ? 0.7 : 0.6
}

function checkNorthAmerican(match: Match): number {
  const digits = digitsOf(match.text())
  const national = digits.slice(-10)
  if (continuesNumber(match) || isOurs(digits)) return 0
  return /^[2-9]\d{2}[2-9]\d{6}$/.test(national) ? 0.6 : /^0?\d{9,10}$/.test(digits) ? 0.25 : 0.2
}

/** Behind groups of four: the rest of an account or a card. */
const behindGroups = /(?:^|[^A-Za-z0-9])(?:[A-Za-z0-9]{4} [0-9]{4}|[A-Z]{2}[0-9]{2} [0-9A-Z]{4}) $/

function checkTrunk(match: Match): number {
  // Without the extension.
  const digits = digitsOf(match.text().replace(/(\d{6})-\d{1,4}$/, '$1'))
  if (digits.length < 9 || digits.length > 11 || isOurs(digits) || continuesNumber(match)) return 0
  if (behindGroups.test(match.before())) return 0
  return digits.length === 9 ? 0.3 : 0.45
}

/** Numbers with a trunk prefix or an area in brackets have nine digits at least; those of a chain of numbers are none. */
function checkNational(match: Match): number {
  const text = match.text()
  const digits = digitsOf(text)
  if (digits.length < 9 || isOurs(digits) || continuesNumber(match)) return 0
  return text.includes('(') ? 0.45 : 0.3
}

function checkWithWord(match: Match): number {
  const text = match.text()
  const digits = digitsOf(text)
  if (digits.length < 7 || digits.length > 15 || isOurs(digits) || continuesNumber(match)) return 0
  // Dates, times and fractions.
  if (/^(?:19|20)\d\d[-./ ]\d\d?[-./ ]\d\d?/.test(text) || /^\d\d?[-./]\d\d?[-./]\d{4}/.test(text)) return 0
  return /^(\d)\1+$/.test(digits) ? 0 : 0.2
}

const phone = {
  dataClass: 'pii/phone',
  left: notBytes('A-Za-z0-9_*+.'),
  right: notBytes('A-Za-z0-9_*'),
  maxBytes: 40,
  words: [
    'phone',
    'telephone',
    'tel',
    'telefon',
    'mobile',
    'cell',
    'fax',
    'call',
    'whatsapp',
    'sms',
    'handy',
    'desk',
    'office',
    'dial',
    'registered',
    'gsm',
    'hotline',
    'rufnummer',
    'fono',
    'msisdn',
    'contact_num',
    'contact_no',
    'my_number',
    'messages_to',
    'text_me',
    'reach_me',
  ],
  unlike: [
    'id',
    'uuid',
    'guid',
    'hash',
    'sha',
    'digest',
    'checksum',
    'timestamp',
    'version',
    'amount',
    'price',
    'total',
    'order',
    'sku',
    'serial',
    'ip',
  ],
} as const

/** A letter or digit of a mail address; see `foreignTopDomain`. */
const mailLetter = '(?:[A-Za-z0-9_%+-]|[\\xc3-\\xd5][\\x80-\\xbf])'
const mailName = `(?:[.]|${mailLetter})*${mailLetter}`
const domainLetter = '(?:[A-Za-z0-9-]|[\\xc3-\\xd5][\\x80-\\xbf])'
const topLetters = '(?:[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]|(?:[\\xc3-\\xd5][\\x80-\\xbf]){2,24})'

const separator = '(?:[ .-]|\\xc2\\xa0|\\xe2\\x80[\\x90-\\x95])'

export const contactDetectors: readonly Detector[] = [
  {
    id: 'email',
    dataClass: 'pii/email',
    // One apostrophe, as names of Ireland and Italy have it.
    pattern: `(?:${mailName}')?${mailName}@(?:${domainLetter}+\\.)+${topLetters}`,
    left: notBytes('A-Za-z0-9_%+.-'),
    right: notBytes('A-Za-z0-9_@'),
    maxBytes: 320,
    score: 0.9,
    check: checkMail,
    anchor: { byte: 0x40, before: bytesOf("A-Za-z0-9._%+'\x80-\xd5-") },
  },
  {
    ...phone,
    id: 'phone-international',
    wholeRun: true,
    pattern: `(?:\\+|00 ?)[0-9]{1,3}${separator}?(?:\\([0-9]{1,4}\\)${separator}?)?[0-9](?:(?:${separator}|/)?[0-9]){5,13}(?: ?(?:x|ext\\.?) ?[0-9]{1,6})?`,
    score: 0.6,
    check: checkInternational,
  },
  {
    ...phone,
    id: 'phone-north-american',
    pattern: `(?:(?:00)?[0-9]{1,3}${separator})?(?:\\([0-9]{3}\\) ?|[0-9]{3}${separator})[0-9]{3}${separator}[0-9]{4}(?: ?(?:x|ext\\.?) ?[0-9]{1,6})?`,
    score: 0.6,
    check: checkNorthAmerican,
  },
  {
    ...phone,
    id: 'phone-trunk',
    wholeRun: true,
    // With an extension; what goes on as more than that is no telephone number.
    pattern: `0[0-9]{2,4}(?:[ -][0-9]{2,4}){2,4}|0[0-9]{2,4}[ -][0-9]{6,8}(?:-[0-9]{1,4})?`,
    score: 0.45,
    check: checkTrunk,
    alone: true,
  },
  {
    ...phone,
    id: 'phone-area',
    // The area in brackets: with its trunk prefix, of Brazil, of Russia.
    pattern:
      '\\(0[0-9]{1,4}\\)[ -]?[0-9]{3,4}[ -]?[0-9]{3,5}|\\([1-9]{2}\\) ?9?[0-9]{4}-[0-9]{4}|8 ?\\([0-9]{3}\\) ?[0-9]{3}-[0-9]{2}-?[0-9]{2}',
    score: 0.45,
    check: checkNational,
  },
  {
    ...phone,
    id: 'phone-national',
    wholeRun: true,
    // As France, Australia, Israel, Japan and Germany write them, and mobile numbers of China: other numbers look like this, too.
    pattern:
      '0[1-9](?:[ .-][0-9]{2}){4}|0[1-9] [0-9]{4} [0-9]{4}|0[1-9]-[0-9]{3,4}-?[0-9]{4}|0[1-9][0-9]{1,3}/[0-9]{5,8}|1[3-9][0-9]{9}',
    score: 0.3,
    check: checkNational,
    alone: true,
  },
  {
    ...phone,
    id: 'phone-by-word',
    wholeRun: true,
    left: notBytes('A-Za-z0-9_*+.-'),
    pattern: `\\(?[0-9](?:[ ()./-]{0,2}[0-9]){6,14}`,
    score: 0.2,
    check: checkWithWord,
  },
]
