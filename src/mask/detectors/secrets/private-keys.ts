// Private keys: PEM (RFC 7468) and what looks like it, PuTTY, age, and those of chains, which carry a checksum.

import { anything, bytesOf, bytesOrEdge } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { toFormDetectors } from './forms.ts'

const header = '-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----'
const block = { dataClass: 'secret/private-key', left: anything, right: anything, maxBytes: 100, score: 0.9 } as const

const blocks: readonly Detector[] = [
  {
    ...block,
    id: 'private-key',
    // Where its end follows at once there is no key.
    pattern: `${header}-{0,4}[^-]`,
    // Quotes and `\n` may stand between the lines, so what ends it is its own end and nothing else.
    swallow: { kind: 'until', pattern: '-----END [A-Z0-9 ]{0,64}-----', maxBytes: 16_384, stop: bytesOf('\n') },
  },
  { ...block, id: 'private-key-header', pattern: `${header}-{0,5}`, right: bytesOrEdge('') },
  {
    ...block,
    id: 'putty-private-key',
    pattern: 'PuTTY-User-Key-File-[123]: ',
    swallow: { kind: 'until', pattern: 'Private-MAC: [0-9a-f]+[^0-9a-f]', maxBytes: 16_384, stop: bytesOf('\n') },
  },
]

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** CRC-16/XMODEM over the kind and the 32 bytes, low byte first. */
function isStellarSeed(match: Match): boolean {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const letter of match.text()) {
    held = ((held << 5) | base32.indexOf(letter)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >>> bits) & 0xff)
  }
  let crc = 0
  for (const byte of bytes.slice(0, -2)) {
    crc ^= byte << 8
    for (let i = 0; i < 8; i++) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff
  }
  return bytes.at(-2) === (crc & 0xff) && bytes.at(-1) === crc >>> 8
}

const keys = toFormDetectors([
  // Bech32 (BIP 173) of 32 bytes; those of the post-quantum kind are longer.
  { kind: 'age-secret-key', pattern: 'AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}', bits: 1 },
  { kind: 'age-hybrid-secret-key', pattern: 'AGE-SECRET-KEY-PQ-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}' },
  { kind: 'nostr-secret-key', pattern: 'nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}' },
  // BIP 32.
  { kind: 'bitcoin-extended-private-key', pattern: '[xyzt]prv[1-9A-HJ-NP-Za-km-z]{107}' },
  { kind: 'stellar-secret-seed', pattern: 'S[A-Z2-7]{55}', isSecret: isStellarSeed },
])

export const privateKeyDetectors: readonly Detector[] = [...blocks, ...keys]
