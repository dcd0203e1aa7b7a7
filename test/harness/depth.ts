// How far tests look that could go on for ever: all the way in `npm test`, a little in `npm run check`, which has seconds.

export const isDeep = process.env['SALLYPORT_TEST_DEPTH'] === 'full'

/** @param full how often in `npm test`; at least once otherwise */
export function runs(full: number): number {
  return isDeep ? full : Math.ceil(full / 20)
}
