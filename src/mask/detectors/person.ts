// Names of people, as far as something says that they are: a title, an introduction, a label, or the name of the column or key.
// Nothing here knows names; who is only mentioned is not found.

import { anything, bytesOf, bytesOrEdge, notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'

/** Letters of Latin, Greek, Cyrillic and the like are two bytes, those of most other scripts three. */
const beyond = '(?:[\\xc3-\\xdf][\\x80-\\xbf]|[\\xe0-\\xe1\\xe3-\\xed][\\x80-\\xbf][\\x80-\\xbf])'
const part = `(?:[A-Z]|${beyond})(?:['-]?(?:[A-Za-z]|${beyond}))+`
const particle = '(?:v[oa]n|de[rnl]?|d[aiu]|dos|l[ae]|bin|al|el|zu[rm]?|te[rn])'
/** Given names, initials, what stands between, surnames. */
const name = `${part}(?: (?:${particle} )*(?:[A-Z]\\.|${part}))*`
const initialled = `(?:[A-Z]\\. ?)*${name}`

/** Those that are as often another word need their full stop. */
const title =
  '(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof)(?:\\. ?| )|(?:Hr|Fr|Sra|Rev)\\. ?|(?:Miss|Professor|Herrn?|Frau|Mme|Mlle|Monsieur|Madame) )'
const titles =
  /^(?:(?:Mrs?|Ms|Mx|Dr|Prof|Hr|Fr|Sra|Rev|Miss|Professor|Herrn?|Frau|Mme|Mlle|Monsieur|Madame)\.? ?)+(?=[A-Z\xc3-\xed])/

/** What a title is also put before, and what begins the sentence after one. */
const notNames =
  /^(?:President|Speaker|Chair(?:man|woman|person)?|Minister|Chancellor|Justice|Secretary|Ambassador|Mayor|Universe|Pepper|Martens|Who|Bundes[a-z]+|Kanzler[a-z]*|The|This|That|And|Or|If|In|At|Of|Is|It|For|To|On|Not)(?![A-Za-z\x80-\xff])/

/** `12 Elm Dr Springfield`: a drive. */
const inAddress = /(?:^|\W)\d{1,5}[A-Za-z]? (?:[A-Za-z][\w.'-]* ){1,3}$/

function narrow(match: Match, from: number): number {
  const text = match.text()
  match.maskStart = match.start + from
  if (text.endsWith("'s")) match.maskEnd = match.end - 2
  return from === 0 || notNames.test(text.slice(from)) ? 0 : 0.6
}

function checkTitle(match: Match): number {
  const text = match.text()
  if (text.startsWith('Dr') && inAddress.test(match.before())) return 0
  return narrow(match, titles.exec(text)?.[0].length ?? 0)
}

const introductions = [
  "[Mm]y name(?: is|'s)",
  '[Mm]ein Name ist',
  '[Ii]ch hei\\xc3\\x9fe',
  "[Jj]e m'appelle",
  '[Mm]e llamo',
  '[Mm]i nombre es',
  '[Mm]i chiamo',
]
const introduction = new RegExp(`^(?:${introductions.join('|')}) `)

function checkIntroduced(match: Match): number {
  return narrow(match, introduction.exec(match.text())?.[0].length ?? 0)
}

/** What programs declare such a field to be. */
const types =
  /^(?:String|Str|Text|Varchar|Char|Optional|Option|Maybe|Column|Field|CharField|TextField|Mapped|None|Null|True|False|Undefined|Unknown|Nullable|Annotated|Schema|Faker|Joi|Yup|DataTypes?|Sequelize|Input|Props|Object|User|This|Required|Value|Name|Type)(?![a-z])/

function checkLabelled(match: Match): number {
  const text = match.text()
  const from = /[:=][ ]?["']?/.exec(text)
  if (from === null) return 0
  const at = from.index + from[0].length
  return types.test(text.slice(at)) ? 0 : narrow(match, at)
}

/** What stands in such a column for nobody. */
const nobody = /^(?:null|nil|none|undefined|unknown|true|false|n\/a|na|tbd)$/i

function checkField(match: Match): number {
  return nobody.test(match.text()) ? 0 : 0.2
}

const whoseName =
  '(?:[Ff]irst|[Ll]ast|[Ff]ull|[Mm]iddle|[Mm]aiden|[Gg]iven|[Ff]amily|[Cc]ustomer|[Pp]atient|[Cc]lient|[Ee]mployee|[Cc]ontact|[Gg]uest|[Pp]assenger|[Ss]tudent|[Rr]ecipient|[Bb]eneficiary|[Hh]older)[ _-]?[Nn]ame'

/** Names of fields end at a `$`: `patient_status` is nobody. */
const fields = [
  'first_name',
  'firstname',
  'last_name',
  'lastname',
  'full_name',
  'fullname',
  'middle_name',
  'maiden_name',
  'given_name',
  'family_name',
  'fname$',
  'lname$',
  'surname',
  'forename',
  'patient_name',
  'patient$',
  'customer_name',
  'client_name',
  'contact_name',
  'contact_person',
  'employee_name',
  'student_name',
  'guest_name',
  'passenger_name',
  'recipient_name',
  'beneficiary_name',
  'holder_name',
  'account_holder$',
  'cardholder$',
  'card_holder$',
  'payee$',
  'spouse',
  'vorname',
  'nachname',
  'prenom',
  'nom_de_famille',
  'apellido',
  'nombre_completo',
  'cognome',
] as const

const inText = { dataClass: 'pii/person', left: notBytes('A-Za-z0-9'), maxBytes: 120, score: 0.6 } as const
const letter = `(?:[A-Za-z]|${beyond})`
/** No digits and no signs of a language of machines. */
const ofNames = '[^\\x00-\\x1f0-9<>{}\\[\\]=@#:;/|]'
const wholeValue = { dataClass: 'pii/person', left: bytesOrEdge(''), score: 0.2, words: fields } as const

export const personDetectors: readonly Detector[] = [
  {
    ...inText,
    id: 'person-title',
    pattern: `(?:${title})+${initialled}`,
    right: notBytes('A-Za-z0-9_@'),
    check: checkTitle,
  },
  {
    ...inText,
    id: 'person-introduced',
    pattern: `(?:${introductions.join('|')}) ${initialled}`,
    right: notBytes('A-Za-z0-9_@'),
    check: checkIntroduced,
  },
  {
    ...inText,
    id: 'person-labelled',
    pattern: `(?:${whoseName}|[Ss]urname|[Ff]orename|[Pp]atient|[Nn]achname|[Vv]orname)["']? ?[:=] ?["']?${initialled}`,
    // A call or a kind of thing, as programs write them.
    right: notBytes('A-Za-z0-9_@(<[{'),
    check: checkLabelled,
    wholeRun: true,
  },
  {
    ...wholeValue,
    id: 'person-field',
    pattern: `${letter}${ofNames}{0,31}`,
    right: bytesOrEdge(''),
    maxBytes: 34,
    check: checkField,
    wholeRun: true,
  },
  {
    ...wholeValue,
    id: 'person-field-long',
    // Not kept until its end: a text without a name for its field would be, too.
    pattern: `${letter}${ofNames}{32}`,
    right: anything,
    maxBytes: 35,
    swallow: { kind: 'run', set: bytesOf('\x00-\xff'), glue: '' },
  },
]
