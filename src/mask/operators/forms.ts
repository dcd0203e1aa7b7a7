// What the values of a class are made of: it decides which two ways of writing are the same value, and whether a cipher can
// keep the form. A class that is not named here is an identifier.

import { Buffer } from 'node:buffer'
import type { DataClass } from '../../kernel/finding.ts'
import type { Detector } from '../engine/detector.ts'
import { parsePattern, type PatternNode } from '../engine/pattern.ts'

/**
 * `identifier`: digits and letters, and what stands between them says nothing. `words`: blanks and case say nothing.
 * `exact`: every byte counts.
 */
export type Form = 'identifier' | 'words' | 'exact'

/** 10: only the digits are the value. 36: the digits and the letters of ASCII, whose case says nothing. */
export type Radix = 10 | 36

/** Where a plate's groups end is a part of it; the others are text. */
const wordClasses = new Set(['pii/person', 'pii/date-time', 'pii/de-kfz', 'pii/de-handelsregister'])
/** Case or signs tell two of them apart, or they have a shape of their own. */
const exactClasses = new Set(['pii/crypto-wallet', 'pii/email', 'pii/ip-address', 'pii/mac-address'])
const wordNames = /(?:^|-)(?:name|address|place|city|street|person|text|note|date|time)$/

/** They may have letters (`DE`, `IT`, `ext.`), which are not a part of the number. */
const digitClasses = new Set(['pii/phone', 'pii/tr-phone-number', 'pii/de-vat-id', 'pii/it-vat-code', 'pii/de-plz'])

export function formOf(dataClass: DataClass): Form {
  const [family = '', name = ''] = dataClass.split('/')
  if (exactClasses.has(dataClass) || !['pii', 'phi', 'pci'].includes(family)) return 'exact'
  return wordClasses.has(dataClass) || wordNames.test(name) ? 'words' : 'identifier'
}

/** A space, a dot, a dash, a slash, a no-break space, a typographic dash. Not `+`, which is a century in Finland. */
const between = /[ ./\-\u00a0\u2010-\u2015\u202f]/g

/** The same for all ways to write the same value; of a value in Latin-1. */
export function canonicalOf(form: Form, value: string): string {
  if (form === 'exact') return value
  const text = /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value
  // What is broken would be the same as whatever else is.
  if (text.includes('\ufffd')) return value
  if (form === 'words') return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
  const compact = text.replace(between, '').toUpperCase()
  return compact === '' ? value : compact
}

/** The least values a cipher may tell apart (NIST SP 800-38G r1 §5.1): fewer could be tried one by one. */
const leastDomain = 1_000_000

export function reachesDomain(radix: Radix, numerals: number): boolean {
  return radix ** numerals >= leastDomain
}

/** What the numerals of a class are, and null when no value of it could be ciphered: it is text, or too short. */
export function radixOf(dataClass: DataClass, detectors: readonly Detector[]): Radix | null {
  if (formOf(dataClass) !== 'identifier') return null
  const own = detectors.filter((one) => one.dataClass === dataClass)
  const patterns = own.map(({ pattern, maxBytes }) => ({ pattern: parsePattern(pattern), maxBytes }))
  const hasLetters = patterns.some(({ pattern }) =>
    pattern.nodes.some(({ set }) => set !== null && hasAny(set, letters)),
  )
  const radix = hasLetters && !digitClasses.has(dataClass) ? 36 : 10
  const kinds = radix === 36 ? [...digits, ...letters] : digits
  const reaches = patterns.some(({ pattern, maxBytes }) =>
    reachesDomain(radix, Math.min(maxBytes, mostOf(pattern.nodes, pattern.start, kinds))),
  )
  return reaches ? radix : null
}

const codes = (from: string, to: string): number[] =>
  Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, i) => from.charCodeAt(0) + i)
const digits = codes('0', '9')
const letters = [...codes('A', 'Z'), ...codes('a', 'z')]

function hasAny(set: Uint8Array, kinds: readonly number[]): boolean {
  return kinds.some((code) => set[code] === 1)
}

/** The most bytes of the kinds that a match can have; without a bound when it may go round. */
function mostOf(nodes: readonly PatternNode[], start: number, kinds: readonly number[]): number {
  const most = new Map<number, number>()
  const open = new Set<number>()
  const visit = (index: number): number => {
    const node = nodes[index]
    if (node === undefined) return 0
    const known = most.get(index)
    if (known !== undefined) return known
    if (open.has(index)) return Infinity
    open.add(index)
    const own = node.set !== null && hasAny(node.set, kinds) ? 1 : 0
    const found = own + Math.max(visit(node.next), node.other < 0 ? 0 : visit(node.other))
    open.delete(index)
    most.set(index, found)
    return found
  }
  return visit(start)
}
