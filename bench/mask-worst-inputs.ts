// What is made to be slow. Each is a way to make the next part of a text that has no end: the same again, or each part unlike
// the one before, so that nothing that was remembered of the others is of use.

import { Buffer } from 'node:buffer'
import { cardNumber, newRandom } from './mask-texts.ts'

/** How it reaches the engine: as a stream of this content, as one value after the other, or as texts of prompts. */
export type Entry = 'text' | 'json' | 'form' | 'terminal' | 'values' | 'prompt'

export interface WorstInput {
  readonly name: string
  readonly entry: Entry
  readonly make: (at: number) => Uint8Array
}

/** Long enough that a text of parts is not made of objects. */
const partBytes = 4_096

/** In a JSON text that is one long array or object: what stands before a part. */
function lead(at: number, opening: '[' | '{'): string {
  return at === 0 ? opening : ','
}

function same(name: string, entry: Entry, unit: string | Uint8Array): WorstInput {
  const bytes = Buffer.from(unit)
  const part = Buffer.alloc(Math.max(1, Math.floor(partBytes / bytes.length)) * bytes.length, bytes)
  return { name, entry, make: () => part }
}

function each(name: string, entry: Entry, make: (at: number) => string): WorstInput {
  return { name, entry, make: (at) => Buffer.from(make(at)) }
}

/** Many of them at a time, for texts. */
function many(name: string, entry: Entry, make: (at: number) => string): WorstInput {
  return each(name, entry, (at) => Array.from({ length: 64 }, (_, i) => make(at * 64 + i)).join(''))
}

const random = newRandom(7)
const letters = 'abcdefghijklmnopqrstuvwxyz'

function word(length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += letters.charAt(random(26))
  return text
}

function digits(length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += String(random(10))
  return text
}

/** With the check digits that ISO 13616 asks for. */
function iban(at: number): string {
  const account = `37040044${String(at % 1e10).padStart(10, '0')}`
  const check = 98n - (BigInt(`${account}131400`) % 97n)
  return `DE${String(check).padStart(2, '0')}${account}`
}

/** Alphabetic, numeric, both and other bytes that a pattern might begin with. */
function noise(alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet.charAt(random(alphabet.length))
  return text
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const innocent = Buffer.from('nothing to see in here, only words after words. ').toString('base64')

export const worstInputs: readonly WorstInput[] = [
  same('one letter', 'text', 'a'),
  same('digits', 'text', '1'),
  same('a card again and again', 'text', '4111 1111 1111 1111 '),
  same('digits in groups of four', 'text', '4111 '),
  same('numbers and dots', 'text', '1.1.1.'),
  same('letters and dots', 'text', 'a.a.a.'),
  same('letters and at signs', 'text', 'a@a@'),
  same('at signs', 'text', '@'),
  same('dashes', 'text', '-'),
  same('digits and dashes', 'text', '1-'),
  same('digits and spaces', 'text', '1 '),
  same('digits and colons', 'text', '1:'),
  same('hexadecimal and colons', 'text', 'ab:'),
  same('words and digits in turn', 'text', 'a1'),
  same('words, digits, spaces', 'text', 'a 1 '),
  same('capitals and digits', 'text', 'A1 '),
  same('capitals', 'text', 'AB '),
  same('lone surrogates', 'text', Buffer.from([0xed, 0xa0, 0x80])),
  same('broken UTF-8', 'text', Buffer.from([0xe2, 0x80, 0xef, 0xbc, 0xff, 0xc2])),
  same('zero-width characters', 'text', '\u200b'),
  same('zero-width between digits', 'text', '4\u200b'),
  same('full-width digits', 'text', '\uff14'),
  same('no-break spaces between digits', 'text', '4\u00a0'),
  same('headers of a key without an end', 'text', '-----BEGIN PRIVATE KEY-----\n'),
  same('beginnings of a JWT', 'text', 'eyJ'),
  same('a JWT that goes on', 'text', 'eyJhbGciOiJIUzI1NiJ9.'),
  same('passwords', 'text', 'password='),
  same('assigned letters', 'text', 'a='),
  same('assignments of three', 'text', 'key=1a'),
  same('keys without a value', 'text', 'api_key: '),
  same('addresses with a password', 'text', 'a://b:c@'),
  same('addresses without one', 'text', 'http://a:'),
  same('own tokens', 'text', '[masked:pii/email/aaaaaaaaaaaaa] '),
  same('beginnings of own tokens', 'text', '[masked:'),
  same('own card tokens', 'text', '9999'),
  same('Base64 of text', 'text', innocent),
  same('Base64 of Base64', 'text', Buffer.from(innocent).toString('base64')),
  same('Base64 in lines', 'text', `${innocent}\n`),
  many('Base64 of text in short runs', 'text', () => `${innocent.slice(0, 24)} `),
  many('Base64 of noise', 'text', () => `${noise(base64, 40)} `),
  each('Base64 of noise without an end', 'text', () => noise(base64, 4_096)),
  many('e-mail addresses, each another', 'text', (at) => `${word(6)}${at}@${word(5)}.com `),
  many('cards, each another', 'text', () => `${cardNumber(random)} `),
  many('account numbers, each another', 'text', (at) => `${iban(at)} `),
  many('telephone numbers, each another', 'text', () => `+49 30 ${digits(7)} `),
  many('IP addresses, each another', 'text', () => `81.${random(256)}.${random(256)}.${random(256)} `),
  many('dates of birth, each another', 'text', () => `born 19${digits(2)}-0${1 + random(9)}-1${random(10)} `),
  many('numbers of nine digits', 'text', () => `${digits(9)} `),
  many('numbers of nine digits behind a word', 'text', () => `SSN ${digits(9)} `),
  many('numbers behind many words', 'text', () => `account card tax id passport phone ${digits(10)} `),
  many('numbers of eleven digits', 'text', () => `${digits(11)} `),
  many('numbers of sixteen digits', 'text', () => `${digits(16)} `),
  many('words that speak for numbers', 'text', () => 'passport ssn iban account phone card tax '),
  each('noise of digits and separators', 'text', () => noise('0123456789 -./:', 4_096)),
  each('noise of capitals and digits', 'text', () => noise('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', 4_096)),
  each('noise of letters and digits', 'text', () => noise('abcdefghijklmnopqrstuvwxyz0123456789_-. ', 4_096)),
  each('noise of hexadecimal', 'text', () => noise('0123456789abcdef', 4_096)),
  each('noise of all characters', 'text', () => noise(' !"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~', 4_096)),
  each('noise of bytes', 'text', () => noise('\0\u00ff\u0100\u2028\uffff\n\u200b\uff11', 4_096)),
  same('escapes in JSON', 'json', '\\u0061'),
  same('escapes of digits in a string', 'json', '"\\u0034'),
  same('empty strings', 'json', '["",'),
  same('strings of one letter', 'json', '"a",'),
  same('nested JSON strings', 'json', '"{\\"a\\":\\"{\\\\\\"b\\\\\\":'),
  same('brackets', 'json', '['),
  same('quotes and backslashes', 'json', '\\"'),
  same('no JSON', 'json', 'a '),
  each('keys, each another', 'json', (at) => `${lead(at, '{')}${Array.from({ length: 64 }, (_, i) => `"k${at * 64 + i}":"v"`).join(',')}`),
  each('keys of many words, each another', 'json', (at) => `${lead(at, '{')}${Array.from({ length: 8 }, (_, i) => `"${'card phone tax id passport account '.repeat(3)}${at * 8 + i}":"12345678"`).join(',')}`),
  each('long keys, each another', 'json', (at) => `${lead(at, '{')}"${'k'.repeat(200)}${at}":""`),
  each('secret keys, each another', 'json', (at) => `${lead(at, '{')}"a${at}_password":"x"`),
  each('names beside values, each another', 'json', (at) => `${lead(at, '[')}{"name":"a${at}_phone","text":"1234567"}`),
  each('names without a value', 'json', (at) => `${lead(at, '{')}"id":"a${at}"`),
  each('many names and many values', 'json', (at) => `${lead(at, '[')}{${`"key":"tax_id","value":"1","id":"a${at}","val":"2",`.repeat(40)}"a":1}`),
  each('objects in values', 'json', (at) => `${lead(at, '[')}${'{"name":"phone","value":'.repeat(200)}"1"${'}'.repeat(200)}`),
  each('addresses as values, each another', 'json', (at) => `${lead(at, '[')}"${word(6)}@${word(5)}.com"`),
  each('addresses with an escaped sign', 'json', (at) => `${lead(at, '[')}"${word(6)}\\u0040${word(5)}.com"`),
  each('cards with escaped digits', 'json', (at) => `${lead(at, '[')}"${cardNumber(random).replace(/./g, '\\u003$&')}"`),
  same('signs of a form', 'form', '&=+%'),
  same('ampersands', 'form', '&'),
  same('equal signs', 'form', '=&'),
  same('pluses', 'form', '+'),
  same('percent signs', 'form', '%'),
  same('escapes', 'form', '%61'),
  same('escaped digits', 'form', 'a=%34%31'),
  same('pluses in digits', 'form', '4+'),
  same('letters and pluses', 'form', 'a=b+&'),
  many('names, each another', 'form', (at) => `k${at}=v&`),
  many('addresses as values of a form', 'form', () => `a=${word(6)}%40${word(5)}.com&`),
  same('sequences of a terminal', 'terminal', '\u001b[1m'),
  same('sequences that never end', 'terminal', '\u001b]'),
  same('letters in colours', 'terminal', '\u001b[31ma\u001b[m'),
  same('digits in colours', 'terminal', '\u001b[31m4\u001b[m'),
  same('bells', 'terminal', '\u0007'),
  same('letters and backspaces', 'terminal', 'a\u0008'),
  each('one digit', 'values', () => digits(1)),
  each('four digits', 'values', () => digits(4)),
  each('nine digits', 'values', () => digits(9)),
  each('sixteen digits', 'values', () => digits(16)),
  each('cards', 'values', () => cardNumber(random)),
  each('e-mail addresses', 'values', () => `${word(8)}@${word(5)}.com`),
  each('full-width digits as values', 'values', () => '\uff14'.repeat(16)),
  each('words', 'values', () => word(8)),
  many('values that begin alike', 'prompt', (at) => `aaa${at}@x.com `),
  each('words that begin as values do', 'prompt', (at) => at % 32 === 0 ? Array.from({ length: 256 }, (_, i) => `aaa-${at}-${i}@x.com `).join('') : 'aaa-'.repeat(1_024)),
] // prettier-ignore
