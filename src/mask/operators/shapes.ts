// What stands in place of a value, by class. Every shape is one that cannot be a real value and that no detector takes for
// one, so that masked text can be masked again and stays as it is.

import type { DataClass } from '../../kernel/finding.ts'
import { groupsOfV6, withoutZone } from '../detectors/network.ts'
import { bytesOf } from '../engine/byte-set.ts'
import { canonicalOf, formOf } from './forms.ts'
import { cardToken, mark } from './own-tokens.ts'
import type { TokenBytes } from './tokens.ts'

export interface Shape {
  /** The same for all ways to write the same value. */
  canonical(value: string): string
  token(value: string, bytes: TokenBytes): string
  partial(value: string): string
}

const digitsOf = (value: string): string => value.replace(/\D/g, '')
const compact = (value: string): string => value.replace(/[^A-Za-z0-9]/g, '')

const isPlain = bytesOf('A-Za-z0-9')

/** The last four letters or digits of what is long enough not to be given away by them; separators stay. */
function lastFour(value: string): string {
  let hidden = 0
  for (let i = 0; i < value.length; i++) hidden += isPlain[value.charCodeAt(i)] ?? 0
  if (hidden >= 12) hidden -= 4
  let text = ''
  for (let i = 0; i < value.length; i++)
    text += isPlain[value.charCodeAt(i)] === 1 && hidden-- > 0 ? '*' : value.charAt(i)
  return text
}

const starred = (value: string): string => value.replace(/[A-Za-z0-9\x80-\xff]/g, '*')

function toAddress(value: string, bytes: TokenBytes): string {
  const [address = '', size] = value.split('/')
  const group = (): string => `${(bytes.byte() & 7) + 1}${bytes.hex(3)}`
  const token = address.includes(':')
    ? `100::${group()}:${group()}:${group()}:${group()}`
    : `240.${bytes.byte()}.${bytes.byte()}.${bytes.byte()}`
  return size === undefined ? token : `${token}/${size}`
}

/** f7 is a group of stations, in a range of addresses that nobody may assign (IEEE 802c §8.4.4): no station has it. */
function toHardware(value: string, bytes: TokenBytes): string {
  const pair = (): string => bytes.hex(2)
  if (value.includes('.')) return `f7${pair()}.${bytes.hex(4)}.${bytes.hex(4)}`
  return ['f7', pair(), pair(), pair(), pair(), pair()].join(value.charAt(2))
}

const plainAddress = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3}$/

function canonicalAddress(value: string): string {
  if (plainAddress.test(value)) return value
  const address = withoutZone(value.split('/')[0] ?? '')
  return address.includes(':') ? (groupsOfV6(address) ?? [address]).join(':') : address.split('.').map(Number).join('.')
}

const shapes: Readonly<Record<DataClass, Shape>> = {
  'pci/card': {
    canonical: digitsOf,
    token: (value, bytes) => cardToken(bytes.digits(digitsOf(value).length - 4)),
    partial: lastFour,
  },
  'pii/email': {
    canonical: (value) => value.toLowerCase(),
    token: (_value, bytes) => `u_${bytes.base32(12)}@masked.invalid`,
    partial: (value) => `${value.charAt(0)}***@***`,
  },
  'pii/phone': {
    canonical: (value) => digitsOf(value.replace('(0)', '')).replace(/^00/, ''),
    token: (_value, bytes) => `+999${bytes.digits(12)}`,
    partial: starred,
  },
  'pii/us-ssn': {
    canonical: digitsOf,
    token: (_value, bytes) => `000-${bytes.digits(2)}-${bytes.digits(4)}`,
    partial: (value) => starred(value.slice(0, -4)) + value.slice(-4),
  },
  'pii/iban': {
    canonical: (value) => compact(value).toUpperCase(),
    token: (value, bytes) => `${value.slice(0, 2).toUpperCase()}00${bytes.base32Capitals(compact(value).length - 4)}`,
    partial: lastFour,
  },
  'pii/mac-address': { canonical: (value) => compact(value).toLowerCase(), token: toHardware, partial: starred },
  'pii/ip-address': { canonical: canonicalAddress, token: toAddress, partial: starred },
}

/** Of the classes that have no shape of their own; there are as many as detectors have. */
const made = new Map<DataClass, Shape>()

export function shapeOf(dataClass: DataClass): Shape {
  const known = shapes[dataClass] ?? made.get(dataClass)
  if (known !== undefined) return known
  const form = formOf(dataClass)
  const shape: Shape = {
    canonical: (value) => canonicalOf(form, value),
    token: (_value, bytes) => mark('masked', dataClass, bytes.base32(13)),
    partial: starred,
  }
  made.set(dataClass, shape)
  return shape
}
