// The binary form of numeric (src/backend/utils/adt/numeric.c, numeric_send): count of base-10,000 digits, weight of the
// first, sign, digits after the point, digits.

import { ByteCursor } from '../../wire/byte-cursor.ts'

const specials = new Map([
  [0xc000, 'NaN'],
  [0xd000, 'Infinity'],
  [0xf000, '-Infinity'],
])
const negative = 0x4000

/** Beyond this the text would be megabytes of zeros that a few bytes asked for. */
const maxDigits = 2000

/** @returns null when it is not a numeric, or an absurd one */
export function numericToText(bytes: Uint8Array): string | null {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return null
  const cursor = new ByteCursor(bytes, 0, bytes.length, 'upstream.protocol')
  const count = cursor.int16()
  const weight = cursor.int16()
  const sign = cursor.int16() & 0xffff
  const scale = cursor.int16()
  const special = specials.get(sign)
  if (special !== undefined) return special
  if ((sign !== 0 && sign !== negative) || count < 0 || cursor.left !== count * 2) return null
  if (Math.abs(weight) > maxDigits / 4 || scale < 0 || scale > maxDigits) return null
  const digits: number[] = []
  for (let i = 0; i < count; i++) digits.push(cursor.int16())
  if (digits.some((digit) => digit < 0 || digit > 9999)) return null
  const at = (power: number): string => String(digits[weight - power] ?? 0).padStart(4, '0')
  let whole = ''
  for (let power = weight; power >= 0; power--) whole += at(power)
  let fraction = ''
  for (let power = -1; fraction.length < scale; power--) fraction += at(power)
  const point = scale > 0 ? `.${fraction.slice(0, scale)}` : ''
  return `${sign === negative ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}${point}`
}
