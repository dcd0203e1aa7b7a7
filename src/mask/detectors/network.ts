// IP addresses, version 4 and 6 (RFC 4291 §2.2), with the length of their network when it is written; hardware addresses (IEEE
// 802, EUI-48).

import { notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'

const octets = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|0{0,2}\d|0?\d\d)(?:\.|$)){4}$/

export function isV4(text: string): boolean {
  return octets.test(text)
}

/** @returns the eight groups, or null */
export function groupsOfV6(text: string): readonly number[] | null {
  let rest = text
  const tail: number[] = []
  if (rest.includes('.')) {
    const v4 = rest.slice(rest.lastIndexOf(':') + 1)
    if (!isV4(v4)) return null
    const bytes = v4.split('.').map(Number)
    tail.push((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0), (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0))
    rest = rest.slice(0, -v4.length)
    if (!rest.endsWith('::')) rest = rest.slice(0, -1)
  }
  const halves = rest.split('::')
  if (halves.length > 2) return null
  const sides = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (sides.flat().some((group) => !/^[0-9A-Fa-f]{1,4}$/.test(group))) return null
  const [head = [], back] = sides.map((side) => side.map((group) => Number.parseInt(group, 16)))
  const written = head.length + (back?.length ?? 0) + tail.length
  if (back === undefined ? written !== 8 : written > 7) return null
  return [...head, ...Array.from({ length: 8 - written }, () => 0), ...(back ?? []), ...tail]
}

/** What says nothing of anybody is an address for who asks for them, and logs and programs are full of it. */
const nobodys = 0.3

/** Every machine's own addresses, any address, masks of networks. */
const isNobodys = (address: string): boolean => /^(?:127\.|0\.0\.0\.0$|255\.255\.)|^::1$/.test(address)

function checkV4(match: Match): number {
  const [written = '', size] = match.text().split('/')
  const address = /^\d+(?:\.\d+){3}/.exec(written)?.[0] ?? ''
  // 240.0.0.0/8 is in the reserved range: our own tokens live there.
  if (!isV4(address) || (size !== undefined && Number(size) > 32) || address.startsWith('240.')) return 0
  // More groups are an object identifier, or a version.
  const isLonger = written.length > address.length
  if (isLonger) match.maskEnd = match.start + address.length
  return isLonger || isNobodys(address) ? nobodys : 0.6
}

/** RFC 4007 §11: `fe80::1%eth0`. */
export function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}

function checkV6(match: Match): number {
  const [written = '', size] = match.text().split('/')
  if (size !== undefined && Number(size) > 128) return 0
  const address = withoutZone(written)
  const groups = groupsOfV6(address)
  if (groups === null || !/\d/.test(address)) return 0
  // A cast or a scope (`x ::date`, `'a'::face`) begins with two colons as well.
  if (address.startsWith('::') && /[\w"'`)\]]\s*$/.test(match.before()) && !/\b[a-z]+:? $/i.test(match.before()))
    return 0
  // 100::/64 is for discarding (RFC 6666): our own tokens live there.
  return groups[0] === 0x100 && groups[1] === 0 && groups[2] === 0 && groups[3] === 0
    ? 0
    : isNobodys(address)
      ? nobodys
      : 0.6
}

const colon = 0x3a

/** 1 where a hexadecimal digit stands, 2 where it is a letter. */
function kindOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return 1
  return (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102) ? 2 : 0
}

function checkHardware(match: Match): number {
  const { bytes, start, end } = match
  const first = (bytes[start] ?? 0) | 0x20
  let isOne = true
  let hasLetter = false
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0
    const kind = kindOf(byte)
    hasLetter ||= kind === 2
    isOne &&= kind === 0 || (byte | 0x20) === first
  }
  // Nobody's, and everybody's; f7 is where our own tokens live.
  if (isOne || (first === 0x66 && bytes[start + 1] === 0x37)) return 0
  // Only colons are in this place by themselves; dashes and dots part other numbers, too.
  return hasLetter || bytes[start + 2] === colon ? 0.6 : 0.2
}

const pair = '[0-9A-Fa-f]{2}'
const four = '[0-9A-Fa-f]{4}'
const hardware = {
  dataClass: 'pii/mac-address',
  // A longer row of pairs is a fingerprint.
  left: notBytes('A-Za-z0-9_:.-'),
  score: 0.6,
  check: checkHardware,
  alone: true,
  words: ['mac', 'ethernet', 'hardware_address', 'physical_address', 'bssid', 'hwaddr', 'wifi', 'wlan', 'bluetooth'],
  unlike: ['uuid', 'hash', 'fingerprint', 'digest', 'serial'],
} as const

const address = {
  dataClass: 'pii/ip-address',
  score: 0.6,
  alone: true,
  unlike: ['version', 'ver', 'build', 'release'],
} as const

/** All that could be one, however long: an object identifier (1.3.6.1.5.5.7) is read to its end and is no address. */
const v4 = '[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?:\\.[0-9]{1,9})*'

/** All that could be one, however long: a fingerprint of thirty groups is read to its end and is no address. */
const groups = '(?::[0-9A-Fa-f]{0,4})*'
const lastGroup = '(?::[0-9A-Fa-f]{1,4}|::)'
/** With two colons somewhere, or seven that are apart (six, before a dotted end): a time of day begins no run. */
const v6 = `(?:[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{1,4})*:(?::|${groups}${lastGroup})|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){6}(?:\\.[0-9]{1,3}|${groups}${lastGroup}))(?:\\.[0-9]{1,3})*`

const zone = '%[0-9A-Za-z]{1,15}(?:[.-][0-9A-Za-z]{1,15}){0,2}'

export const networkDetectors: readonly Detector[] = [
  {
    ...address,
    id: 'ipv4',
    pattern: v4,
    left: notBytes('A-Za-z0-9_.*'),
    right: notBytes('A-Za-z0-9_*'),
    maxBytes: 64,
    check: checkV4,
    wholeRun: true,
  },
  {
    ...address,
    id: 'ipv4-network',
    pattern: `${v4}/[0-9]{1,2}`,
    left: notBytes('A-Za-z0-9_.*'),
    right: notBytes('A-Za-z0-9_*'),
    maxBytes: 67,
    check: checkV4,
    wholeRun: true,
  },
  {
    ...address,
    id: 'ipv6',
    pattern: v6,
    left: notBytes('A-Za-z0-9_:.'),
    right: notBytes('A-Za-z0-9_'),
    maxBytes: 160,
    check: checkV6,
    wholeRun: true,
  },
  {
    ...address,
    id: 'ipv6-network',
    pattern: `${v6}/[0-9]{1,3}`,
    left: notBytes('A-Za-z0-9_:.'),
    right: notBytes('A-Za-z0-9_'),
    maxBytes: 164,
    check: checkV6,
    wholeRun: true,
  },
  {
    ...address,
    id: 'ipv6-zone',
    pattern: `${v6}${zone}(?:/[0-9]{1,3})?`,
    left: notBytes('A-Za-z0-9_:.'),
    right: notBytes('A-Za-z0-9_'),
    maxBytes: 212,
    check: checkV6,
  },
  {
    ...hardware,
    id: 'mac-address',
    pattern: `${pair}(?:(?::${pair}){5}|(?:-${pair}){5})`,
    right: notBytes('A-Za-z0-9_:-'),
    maxBytes: 17,
  },
  {
    ...hardware,
    id: 'mac-address-dotted',
    pattern: `${four}\\.${four}\\.${four}`,
    right: notBytes('A-Za-z0-9_:-'),
    maxBytes: 14,
  },
]
