// Check digits and the measure of randomness.

/** ISO/IEC 7812-1 annex B, over `count` digits 0–9; a multiple of ten when the check digit, the last of them, is right. */
export function luhnSum(digits: Uint8Array, count: number): number {
  let sum = 0
  for (let i = count - 1, isSecond = false; i >= 0; i--, isSecond = !isSecond) {
    const digit = digits[i] ?? 0
    sum += isSecond ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum
}

export function isLuhn(digits: Uint8Array, count: number): boolean {
  return luhnSum(digits, count) % 10 === 0
}

/** ISO 13616 (ISO/IEC 7064 mod 97-10) of an IBAN without spaces, letters in upper case. */
export function isMod97(iban: string): boolean {
  let rest = 0
  for (let i = 0; i < iban.length; i++) {
    const code = iban.charCodeAt((i + 4) % iban.length)
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97
  }
  return rest === 1
}

/** Shannon entropy in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** The sum of `values`, each times its weight, over as many as there are weights. */
export function weightedSum(values: Uint8Array, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += (values[i] ?? 0) * (weights[i] ?? 0)
  return sum
}

/** ISO/IEC 7064 mod 11,10 over `count` digits 0–9, the last of them the check digit. */
export function isMod11To10(digits: Uint8Array, count: number): boolean {
  let product = 10
  for (let i = 0; i < count - 1; i++) {
    const sum = ((digits[i] ?? 0) + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10 === digits[count - 1]
}

/** The dihedral group of order ten: rotations 0–4, reflections 5–9. */
function composed(a: number, b: number): number {
  const sum = a < 5 ? a + (b % 5) : a - (b % 5) + 5
  return (sum % 5) + (a < 5 === b < 5 ? 0 : 5)
}

/** Verhoeff 1969: what a digit counts in each of eight places, and the product of any two. */
const permutations: readonly Uint8Array[] = Array.from({ length: 8 }, (_, place) =>
  Uint8Array.from({ length: 10 }, (__, digit) => {
    let permuted = digit
    for (let i = 0; i < place; i++) permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][permuted] ?? 0
    return permuted
  }),
)
const products = Uint8Array.from({ length: 100 }, (_, i) => composed(Math.floor(i / 10), i % 10))

/** Verhoeff's check digit, the last of `count` digits 0–9. */
export function isVerhoeff(digits: Uint8Array, count: number): boolean {
  let product = 0
  for (let i = 0; i < count; i++) {
    const digit = permutations[i % 8]?.[digits[count - 1 - i] ?? 0] ?? 0
    product = products[product * 10 + digit] ?? 0
  }
  return product === 0
}

/** Luhn's sum in base 36 (ISO/IEC 7812-1 with letters): of `count` values 0–35 the last is the check character. */
export function isLuhn36(values: Uint8Array, count: number): boolean {
  let sum = 0
  for (let i = 0; i < count; i++) {
    const product = (values[count - 1 - i] ?? 0) * (i % 2 === 0 ? 1 : 2)
    sum += Math.floor(product / 36) + (product % 36)
  }
  return sum % 36 === 0
}
