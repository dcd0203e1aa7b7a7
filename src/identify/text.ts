// Names that come from tokens end in policies, logs, terminals and approvals. What could make one name look like another,
// or move a cursor, is not a name: control and format characters, line separators, lone surrogates (Unicode Cc Cf Zl Zp Cs).

const unclean = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

const maxNameLength = 256

export function isCleanText(text: string): boolean {
  return !unclean.test(text)
}

/** A subject or a group as policies compare it: not empty, bounded, clean, without blanks around it. */
export function isName(value: unknown, maxLength: number = maxNameLength): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= maxLength &&
    value.trim() === value &&
    isCleanText(value)
  )
}
