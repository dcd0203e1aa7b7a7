// Sizes as people write them in a configuration: `8MiB`, `64kB`, `512B`. Exact integers only; a size without a unit is
// refused, because nobody remembers which one was meant.

const units: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1_000],
  ['MB', 1_000_000],
  ['GB', 1_000_000_000],
  ['KiB', 1_024],
  ['MiB', 1_048_576],
  ['GiB', 1_073_741_824],
])

/** @returns bytes, or null when the text is not a size or is larger than a safe integer. */
export function toByteSize(text: string): number | null {
  const match = /^(\d{1,15}) ?([A-Za-z]{1,3})$/.exec(text)
  const unit = units.get(match?.[2] ?? '')
  if (match === null || unit === undefined) return null
  const bytes = Number(match[1]) * unit
  return Number.isSafeInteger(bytes) ? bytes : null
}
