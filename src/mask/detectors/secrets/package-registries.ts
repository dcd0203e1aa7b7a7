// Tokens that publish: packages, images.

import { toFormDetectors, urlRest, uuid } from './forms.ts'

export const registryDetectors = toFormDetectors([
  { kind: 'npm-access-token', pattern: 'npm_[A-Za-z0-9]{36}', bits: 2 },
  {
    kind: 'pypi-upload-token',
    // A macaroon whose place is pypi.org, or test.pypi.org, in base64.
    pattern: 'pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50}',
    swallow: urlRest,
  },
  { kind: 'rubygems-api-token', pattern: 'rubygems_[a-f0-9]{48}' },
  { kind: 'clojars-api-token', pattern: 'CLOJARS_[A-Za-z0-9]{60}' },
  { kind: 'nuget-api-key', pattern: 'oy2[a-z0-9]{43}', digits: 3 },
  { kind: 'crates-io-api-token', pattern: 'cio[A-Za-z0-9]{32}', digits: 2 },
  { kind: 'packagist-token', pattern: 'packagist_[a-z]{3}_[0-9a-f]{68}' },
  { kind: 'artifactory-api-key', pattern: 'AKCp[A-Za-z0-9]{69}' },
  // "reftkn" in base64.
  { kind: 'artifactory-reference-token', pattern: 'cmVmd[A-Za-z0-9]{59}' },
  { kind: 'docker-pat', pattern: 'dckr_[po]at_[A-Za-z0-9_-]{27,32}' },
  { kind: 'jsr-token', pattern: 'jsr[a-z]_[A-Za-z0-9]{36,44}' },
  { kind: 'open-vsx-token', pattern: `ovsxat_${uuid}` },
  { kind: 'readme-api-token', pattern: 'rdme_[a-z0-9]{70}' },
])
