// Tokens of those who run a site or a program for others, and of networks before it.

import { base64Rest, toFormDetectors } from './forms.ts'

export const hostingDetectors = toFormDetectors([
  {
    kind: 'cloudflare-origin-ca-key',
    pattern: 'v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}',
  },
  { kind: 'cloudflare-scannable-token', pattern: 'cf(?:ut|at|k)_[A-Za-z0-9_-]{40,64}', digits: 2 },
  { kind: 'defined-networking-api-token', pattern: 'dnkey-[A-Za-z0-9=_-]{26}-[A-Za-z0-9=_-]{52}' },
  { kind: 'deno-deploy-token', pattern: 'dd[pow]_[A-Za-z0-9]{36,40}' },
  { kind: 'flyio-personal-token', dataClass: 'secret/flyio-access-token', pattern: 'fo1_[A-Za-z0-9_-]{43}' },
  {
    kind: 'flyio-access-token',
    pattern: 'fm(?:1[ar]|2)_[A-Za-z0-9+/]{100}',
    swallow: base64Rest,
  },
  { kind: 'heroku-api-key-v2', pattern: 'HRKU-AA[A-Za-z0-9_-]{58}' },
  { kind: 'netlify-personal-access-token', pattern: 'nf[poucb]_[A-Za-z0-9]{36,40}' },
  { kind: 'ngrok-credential', pattern: '[123][A-Za-z0-9]{26}_[A-Za-z0-9]{20,24}', words: ['ngrok'] },
  { kind: 'render-api-key', pattern: 'rnd_[A-Za-z0-9]{28,40}', digits: 1 },
  { kind: 'scalingo-api-token', pattern: 'tk-us-[A-Za-z0-9_-]{48}' },
  { kind: 'tailscale-key', pattern: 'tskey-(?:[a-z]{3,12}-)?k?[A-Za-z0-9]{10,24}(?:CNTRL)?-[A-Za-z0-9]{20,40}' },
  { kind: 'netbird-access-token', pattern: 'nbp_[A-Za-z0-9]{36}' },
  { kind: 'vercel-blob-token', pattern: 'vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30,40}' },
  { kind: 'vercel-api-token', pattern: 'vc[piark]_[A-Za-z0-9]{40,64}' },
])
