// How the time of the layer is shared out. `SALLYPORT_FUZZ_SECONDS` is for all of it together, so that adding a target makes
// the layer no longer.

export const shares = {
  'held bytes': 2,
  'server-sent events': 4,
  'content codings': 4,
  'database client': 10,
  'database server': 8,
  'database start': 4,
  'model request': 7,
  'model answer': 6,
  'model stream': 6,
  'JSON cursor': 4,
  'unique JSON': 3,
  SQL: 12,
  'masked text': 9,
  'masked JSON': 7,
  'masked rows': 5,
  'journal file': 6,
  'journal event': 3,
  'log bundle': 6,
  'log text': 3,
  configuration: 5,
  policies: 8,
} as const

export type TargetName = keyof typeof shares

const defaultSeconds = 60

export function budgetMs(name: TargetName): number {
  const seconds = Number(process.env['SALLYPORT_FUZZ_SECONDS'] ?? defaultSeconds)
  const all = Object.values(shares).reduce<number>((sum, share) => sum + share, 0)
  return (1000 * seconds * shares[name]) / all
}
