// Days that exist: many numbers of persons begin with a date of birth.

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** @param year with its century, or of two digits when the century is not known: 29 February then needs one where it exists */
export function isDate(year: number, month: number, day: number): boolean {
  if (day < 1 || day > (daysOfMonth[month - 1] ?? 0)) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year < 100 || year % 100 !== 0 || year % 400 === 0))
}
