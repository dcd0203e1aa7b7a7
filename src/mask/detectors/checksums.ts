// Check digits and the measure of randomness.

/** ISO/IEC 7812-1 annex B, over `count` digits 0–9. */
export function isLuhn(digits: Uint8Array, count: number): boolean {
  let sum = 0
  for (let i = count - 1, isSecond = false; i >= 0; i--, isSecond = !isSecond) {
    const digit = digits[i] ?? 0
    sum += isSecond ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
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
