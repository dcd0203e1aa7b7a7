// Addresses of wallets: Bitcoin in base 58 (as Satoshi's client has them) and in bech32 (BIP 173, BIP 350), Ethereum (EIP-55).
//
// Their checksums are long, so what passes is one; hashing comes after everything that refuses for less.

import { Buffer } from 'node:buffer'
import { getHashes, hash } from 'node:crypto'
import { nonWord } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'

const notInAlphabet = 255

function placesIn(alphabet: string): Uint8Array {
  const places = new Uint8Array(256).fill(notInAlphabet)
  for (let i = 0; i < alphabet.length; i++) places[alphabet.charCodeAt(i)] = i
  return places
}

const base58 = placesIn('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')
const base32 = placesIn('qpzry9x8gf2tvdw0s3jn54khce6mua7l')

/** Version, 20 bytes of a hash, four of the checksum. Of the match that is checked. */
const address = Buffer.alloc(25)
const script = 5

/** The last 25 bytes of the number. One of 26 that the pattern lets through has none of our versions there. */
function readBase58({ bytes, start, end }: Match): void {
  address.fill(0)
  for (let i = start; i < end; i++) {
    let carry = base58[bytes[i] ?? 0] ?? 0
    for (let k = 24; k >= 0; k--) {
      carry += (address[k] ?? 0) * 58
      address[k] = carry & 255
      carry >>>= 8
    }
  }
}

function checkBase58(match: Match): number {
  readBase58(match)
  // Each leading 1 is a byte of zeros, and nothing else is.
  let ones = 0
  while (match.bytes[match.start + ones] === 0x31) ones++
  let zeros = 0
  while (zeros < 25 && address[zeros] === 0) zeros++
  if (ones !== zeros || (ones === 0 && address[0] !== script)) return 0
  const sum = hash('sha256', hash('sha256', address.subarray(0, 21), 'buffer'), 'buffer')
  return sum.readUInt32BE(0) === address.readUInt32BE(21) ? 1 : 0
}

const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

function stepped(checksum: number, value: number): number {
  const top = checksum >>> 25
  let next = ((checksum & 0x1ffffff) << 5) ^ value
  for (let i = 0; i < 5; i++) if (((top >>> i) & 1) === 1) next ^= generators[i] ?? 0
  return next
}

/** What comes out for the first version of witness programs, and for all after it. */
const [bech32, bech32m] = [1, 0x2bc830a3]

function checkBech32({ bytes, start, end }: Match): number {
  // One case for all: the pattern says so. The name is expanded as the high bits, a zero, the low bits.
  const first = (bytes[start] ?? 0) | 0x20
  const second = (bytes[start + 1] ?? 0) | 0x20
  let checksum = 1
  for (const value of [first >>> 5, second >>> 5, 0, first & 31, second & 31]) checksum = stepped(checksum, value)
  for (let i = start + 3; i < end; i++) {
    const byte = bytes[i] ?? 0
    checksum = stepped(checksum, base32[byte >= 65 && byte <= 90 ? byte | 0x20 : byte] ?? 0)
  }
  const version = base32[(bytes[start + 3] ?? 0) | (bytes[start] === first ? 0 : 0x20)] ?? notInAlphabet
  const program = Math.floor(((end - start - 10) * 5) / 8)
  if (version === 0) return checksum === bech32 && (program === 20 || program === 32) ? 1 : 0
  return version <= 16 && checksum === bech32m && program >= 2 && program <= 40 ? 1 : 0
}

/** Not every build of Node has it; without it capitals prove nothing. */
const hasKeccak = getHashes().includes('keccak-256')

/** The letters are capitals where the hash of the small ones has a bit. */
function isCapitalized(hex: string): boolean {
  const bits = hash('keccak-256', hex.toLowerCase(), 'hex')
  for (let i = 0; i < 40; i++) {
    const letter = hex.charAt(i)
    if (letter > '9' && (letter === letter.toUpperCase()) !== bits.charAt(i) >= '8') return false
  }
  return true
}

function checkEthereum(match: Match): number {
  const hex = match.text().slice(2)
  if (/^(.)\1+$/.test(hex)) return 0
  // Otherwise it may be the hash of anything. Without small letters nothing was capitalized.
  return hasKeccak && hex !== hex.toUpperCase() && isCapitalized(hex) ? 1 : 0.3
}

const wallet = {
  dataClass: 'pii/crypto-wallet',
  left: nonWord,
  right: nonWord,
  score: 0.9,
  alone: true,
  words: ['wallet', 'btc', 'bitcoin', 'eth', 'crypto', 'address'],
} as const

export const walletDetectors: readonly Detector[] = [
  {
    ...wallet,
    id: 'bitcoin-address',
    pattern: '[13][1-9A-HJ-NP-Za-km-z]{25,34}',
    maxBytes: 35,
    check: checkBase58,
    wholeRun: true,
  },
  {
    ...wallet,
    id: 'bitcoin-segwit-address',
    // The main net and the one for tests.
    pattern: '(?:bc|tb)1[02-9ac-hj-np-z]{11,71}|(?:BC|TB)1[02-9AC-HJ-NP-Z]{11,71}',
    maxBytes: 74,
    check: checkBech32,
    wholeRun: true,
  },
  { ...wallet, id: 'ethereum-address', pattern: '0[xX][0-9A-Fa-f]{40}', maxBytes: 42, check: checkEthereum },
]
