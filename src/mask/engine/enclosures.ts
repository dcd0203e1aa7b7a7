// What is one thing, whatever is masked of it: a moment, a UUID. No match begins inside of one. Rows and logs are full of both, and
// whatever a part of them looks like (a year and a month like the beginning of a number, a group of a UUID like a passport) is
// chance. A match that begins where one begins, or before, is found as ever.

import type { AutomatonPart } from './automaton-part.ts'
import { notBytes } from './byte-set.ts'

/** A run is followed so far before it is known to be worth it. */
export const longestEnclosure = 36

const hex = '[0-9A-Fa-f]'

const none = { needsWord: true, encloses: true, maxBytes: longestEnclosure } as const

export const enclosures: readonly AutomatonPart[] = [
  {
    ...none,
    // ISO 8601 with seconds. A comma before anything but milliseconds may be that of a list.
    pattern:
      '[12][0-9]{3}-(?:0[1-9]|1[0-2])-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\\.[0-9]{1,9}|,[0-9]{3})?(?:[Zz]| ?[+-][0-9]{2}(?::?[0-9]{2})?)?',
    left: notBytes('A-Za-z0-9_./:+-'),
    right: notBytes('A-Za-z0-9_.%+@:/-'),
  },
  {
    ...none,
    pattern: `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`,
    left: notBytes('A-Za-z0-9_.%+@-'),
    right: notBytes('A-Za-z0-9_.%+@-'),
  },
]
