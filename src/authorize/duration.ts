// Lengths of time as people write them, in the configuration and in `@grant("1h")`: one whole number and one unit. No
// fractions, no sums, no months: what cannot be misread cannot last longer than was meant.

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** @returns milliseconds, at least 1; null when the text is not a duration or longer than 365 days */
export function toDuration(text: string): number | null {
  const match = /^([1-9]\d{0,8})(ms|s|m|h|d)$/.exec(text)
  const ms = Number(match?.[1]) * (unitMs[match?.[2] ?? ''] ?? Number.NaN)
  return ms <= 365 * 86_400_000 ? ms : null
}
