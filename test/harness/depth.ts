// How far tests look that could go on for ever: all the way in `npm test`, a little in `npm run check`, which has seconds.

import { randomInt } from 'node:crypto'

export const isDeep = process.env['SALLYPORT_TEST_DEPTH'] === 'full'

/** For what is large or many: as it should be in `npm test`, and in `npm run check` still enough for the test to fail. */
export function size(full: number, enough: number): number {
  return isDeep ? full : enough
}

/** @param full how often in `npm test`; at least once otherwise */
export function runs(full: number): number {
  return isDeep ? full : Math.ceil(full / 20)
}

const wanted = process.env['SALLYPORT_FUZZ_SEED'] ?? 1

/**
 * Of what is made up. Without a wish the cases are the same every time: what turns a run red is then a change, and not its luck.
 * `SALLYPORT_FUZZ_SEED=new` is for others, or the number that such a run showed.
 */
export const seed = wanted === 'new' ? randomInt(2 ** 31) : Number(wanted)
