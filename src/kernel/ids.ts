// Identifiers: a prefix that names the kind, then a ULID (48 bits of milliseconds, 80 random bits, Crockford base 32),
// so that ids sort by time in every store and a pasted id says what it is.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type IdKind = 'ses' | 'act' | 'apr' | 'run' | 'flt' | 'grt' | 'boot' | 'tok'

/** @example newId('ses', clock.nowMs()) // ses_01KAJ0M3C8Q4T1ZB5W9X7R2YEV */
export function newId(kind: IdKind, nowMs: number): string {
  let time = ''
  for (let rest = Math.floor(nowMs), i = 0; i < 10; i++) {
    time = alphabet.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  const random = crypto.getRandomValues(new Uint8Array(16))
  let tail = ''
  for (const byte of random) tail += alphabet.charAt(byte & 31)
  return `${kind}_${time}${tail}`
}
