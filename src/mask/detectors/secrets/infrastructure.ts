// Tokens of vaults, of clusters and of those who build machines.

import { bytesOf, notBytes } from '../../engine/byte-set.ts'
import type { Match } from '../../engine/detector.ts'
import { apart, base64Rest, dottedRest, toFormDetectors, uuid, type SecretForm } from './forms.ts'

/** The id before the first dot is no secret by itself, and whoever assigned the whole has it masked as a whole. */
function hasId(match: Match): boolean {
  for (let i = 1; i <= 14; i++) {
    const byte = match.byteBefore(i)
    const isLetterOrDigit = (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
    if (!isLetterOrDigit) return false
  }
  return true
}

const vaults: readonly SecretForm[] = [
  { kind: 'vault-service-token', pattern: 'hv[sr]\\.[A-Za-z0-9_-]{24,200}', bits: 3.3 },
  { kind: 'vault-batch-token', pattern: 'hvb\\.[A-Za-z0-9_-]{100,400}', maxBytes: 420, bits: 3.3 },
  {
    kind: 'vault-legacy-service-token',
    dataClass: 'secret/vault-service-token',
    pattern: 's\\.[A-Za-z0-9]{24}',
    left: apart,
    bits: 3.5,
    digits: 1,
  },
  {
    kind: 'hashicorp-tf-api-token',
    // Not from its id on: every word of a text could be one.
    pattern: '\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}',
    left: bytesOf('A-Za-z0-9'),
    isSecret: hasId,
  },
  { kind: 'boundary-token', pattern: 'at_[A-Za-z0-9]{10}_s1[A-Za-z0-9]{80,240}', maxBytes: 280 },
  {
    kind: '1password-secret-key',
    pattern: 'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}',
  },
  { kind: '1password-service-account-token', pattern: 'ops_eyJ[A-Za-z0-9+/_-]{64}', swallow: base64Rest },
  {
    kind: 'bitwarden-access-token',
    pattern: `0\\.${uuid}\\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==`,
    left: apart,
    right: notBytes('A-Za-z0-9+/='),
  },
  { kind: 'doppler-api-token', pattern: 'dp\\.(?:pt|ct|sa|scim|audit|said)\\.[A-Za-z0-9]{40,44}' },
  { kind: 'doppler-service-token', pattern: 'dp\\.st\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}' },
  { kind: 'infisical-token', pattern: 'st\\.[0-9a-f]{24}\\.[0-9a-f]{32,64}\\.[0-9a-f]{32}', left: apart },
  {
    kind: 'authress-service-client-access-key',
    pattern:
      '(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[a-z0-9+/_=-]{30,120}',
    right: notBytes('A-Za-z0-9+/_=-'),
  },
  { kind: 'jumpcloud-api-key', pattern: 'jca_[A-Za-z0-9]{36}' },
]

const clusters: readonly SecretForm[] = [
  { kind: 'openshift-user-token', pattern: 'sha256~[A-Za-z0-9_-]{43}', bits: 3.5 },
  {
    kind: 'kubernetes-bootstrap-token',
    pattern: 'token["\']?(?:=|:[ ]?| )["\']?[a-z0-9]{6}\\.[a-z0-9]{16}',
    left: notBytes('A-Za-z0-9'),
    right: notBytes('A-Za-z0-9_.-'),
    digits: 2,
    lastBytes: 23,
  },
  { kind: 'docker-swarm-join-token', pattern: 'SWMTKN-1-[a-z0-9]{49,50}-[a-z0-9]{25}' },
  { kind: 'docker-swarm-unlock-key', pattern: 'SWMKEY-1-[A-Za-z0-9+/]{43}', right: notBytes('A-Za-z0-9+/') },
  { kind: 'rancher-api-token', pattern: 'token-[a-z0-9]{5}:[a-z0-9]{54}' },
  { kind: 'k3s-node-token', pattern: 'K10[0-9a-f]{64}::(?:server|node):[0-9a-f]{32}' },
  { kind: 'settlemint-personal-access-token', pattern: 'sm_pat_[A-Za-z0-9]{16}' },
  { kind: 'settlemint-application-access-token', pattern: 'sm_aat_[A-Za-z0-9]{16}' },
  { kind: 'settlemint-service-access-token', pattern: 'sm_sat_[A-Za-z0-9]{16}' },
  { kind: 'intra42-client-secret', pattern: 's-s4t2(?:ud|af)-[a-f0-9]{64}' },
  { kind: 'adafruit-io-key', pattern: 'aio_[A-Za-z0-9]{28}' },
  { kind: 'ubidots-token', pattern: 'BB(?:FF|US)-[A-Za-z0-9]{30,34}' },
  { kind: 'n8n-api-key', pattern: 'n8n_api_[0-9a-f]{40,80}', swallow: dottedRest },
]

export const infrastructureDetectors = toFormDetectors([...vaults, ...clusters])
