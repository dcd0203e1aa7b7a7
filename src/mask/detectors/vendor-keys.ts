// Secrets that their makers gave a form: cloud and vendor keys, tokens, private keys in PEM (RFC 7468).
//
// The forms are matched a little wider than the makers' own rules: a key of next year's length is still a key, and a masked
// text that was none costs less than a key that passed.

import { anything, bytesOf, notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'

const key = { left: notBytes('A-Za-z0-9_'), right: notBytes('A-Za-z0-9_-'), maxBytes: 512, score: 0.9 } as const

/** Made-up values in documentation (`xoxb-your-token-here`) have few digits. */
function needsDigits(least: number): (match: Match) => number {
  return (match) => (match.text().replace(/\D/g, '').length >= least ? 0.9 : 0)
}

/** `AKIAXXXXXXXXXXXXXXXX` in documentation. */
function isVaried(match: Match): number {
  return new Set(match.text().slice(-16)).size >= 4 ? 0.9 : 0
}

export const vendorKeyDetectors: readonly Detector[] = [
  {
    ...key,
    id: 'private-key',
    dataClass: 'secret/private-key',
    pattern: '-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----',
    left: anything,
    right: anything,
    maxBytes: 100,
    // Quotes and `\n` may stand between the lines, so what ends it is its own end and nothing else.
    swallow: { kind: 'until', pattern: '-----END [A-Z0-9 ]{0,64}-----', maxBytes: 16_384, stop: bytesOf('\n') },
  },
  {
    ...key,
    id: 'jwt',
    dataClass: 'secret/jwt',
    // RFC 7519 §3: `eyJ` is `{"`. The second part of an encrypted one (RFC 7516 §3.1) may be empty.
    pattern: 'eyJ[A-Za-z0-9_-]{7,}\\.[A-Za-z0-9_-]{0,2}[.A-Za-z0-9_-]',
    right: anything,
    maxBytes: 1_536,
    swallow: { kind: 'run', set: bytesOf('A-Za-z0-9_=-'), glue: '.' },
  },
  {
    ...key,
    id: 'github-token',
    dataClass: 'secret/github-token',
    pattern: 'gh[opusr]_[A-Za-z0-9_]{36}',
    right: anything,
    swallow: { kind: 'run', set: bytesOf('A-Za-z0-9_-'), glue: '.' },
  },
  {
    ...key,
    id: 'github-fine-grained-token',
    dataClass: 'secret/github-token',
    pattern: 'github_pat_[A-Za-z0-9_]{60,255}',
  },
  {
    ...key,
    id: 'claude-api-key',
    dataClass: 'secret/claude-api-key',
    pattern: 'sk-ant-[a-z0-9]{2,16}-[A-Za-z0-9_-]{20,300}',
  },
  {
    ...key,
    id: 'aws-access-key',
    dataClass: 'secret/aws-access-key',
    pattern: '(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}',
    right: notBytes('A-Za-z0-9_'),
    check: isVaried,
  },
  {
    ...key,
    id: 'slack-token',
    dataClass: 'secret/slack-token',
    pattern: '(?i)(?:xoxe\\.)?xox[abceoprs]-[a-z0-9-]{10,400}|xapp-[0-9]-[a-z0-9]+-[0-9]+-[a-z0-9]{16,128}',
    check: needsDigits(6),
  },
  {
    ...key,
    id: 'slack-webhook',
    dataClass: 'secret/slack-token',
    pattern: '(?:https?://)?hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,200}',
    right: notBytes('A-Za-z0-9+/'),
  },
  {
    ...key,
    id: 'google-api-key',
    dataClass: 'secret/google-api-key',
    pattern: 'AIza[A-Za-z0-9_-]{35}',
    check: isVaried,
  },
  {
    ...key,
    id: 'google-client-secret',
    dataClass: 'secret/google-api-key',
    pattern: 'GOCSPX-[A-Za-z0-9_-]{28}',
  },
]
