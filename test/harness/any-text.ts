// Text of any characters but lone surrogates. What the library has for it lists a million characters in each process, to tell
// which text it could have made itself.

import * as fc from 'fast-check'

const character = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10_ffff }),
)
/** Names that objects have without being given them. */
const inherited = fc.constantFrom('__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty')

/** @param maxLength in characters; the names are of up to 14 */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const text = fc.array(character, { maxLength }).map((codes) => String.fromCodePoint(...codes))
  return fc.oneof({ weight: 19, arbitrary: text }, inherited)
}
