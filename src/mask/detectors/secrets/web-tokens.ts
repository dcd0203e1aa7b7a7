// Tokens in JSON: JWT and JWE (RFC 7519, RFC 7516), and a JWT that was encoded once more.

import { anything, bytesOf, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { Buffer } from 'node:buffer'
import { dottedRest } from './forms.ts'

/** The header and the beginning of the claims, as far as a match goes. */
function holdsToken(match: Match): number {
  const text = Buffer.from(match.text(), 'base64').toString('latin1')
  return /^eyJ[A-Za-z0-9_-]{12,}/.test(text) ? 0.9 : 0
}

const token = { dataClass: 'secret/jwt', left: notBytes('A-Za-z0-9_'), right: anything, score: 0.9 } as const

export const webTokenDetectors: readonly Detector[] = [
  {
    ...token,
    id: 'jwt',
    // `eyJ` is `{"`. The second part of an encrypted one may be empty.
    pattern: 'eyJ[A-Za-z0-9_-]{7,}\\.[A-Za-z0-9_-]{0,2}[.A-Za-z0-9_-]',
    maxBytes: 1_536,
    swallow: dottedRest,
  },
  {
    ...token,
    id: 'jwt-with-blanks',
    // `ey` is `{` and something that is not at once a name, such as a blank.
    pattern: 'ey[A-Za-z0-9]{17}[A-Za-z0-9]*\\.ey[A-Za-z0-9/_-]{10}',
    maxBytes: 1_536,
    swallow: dottedRest,
  },
  {
    ...token,
    id: 'jwt-base64',
    dataClass: 'secret/jwt-base64',
    pattern: 'ZXlK[A-Za-z0-9+/]{44}',
    maxBytes: 64,
    check: holdsToken,
    swallow: { kind: 'run', set: bytesOf('A-Za-z0-9+/=_-'), glue: '' },
  },
]
