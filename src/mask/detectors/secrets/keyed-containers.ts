// Secrets of clusters and registries: the data of a Kubernetes Secret, private keys as a kubeconfig has them, the login of a
// registry of images or packages.

import { anything, bytesOf, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { readAssignment } from './keyed-names.ts'
import { isPlaceholder, isUserAndPassword } from './keyed-values.ts'

const base64Entry = /^[ \t]+[\w.-]+:[ \t]*["']?([A-Za-z0-9+/]{4,}={0,2})["']?[ \t]*\r?$/
/** Of a block, as `.dockercfg: |` begins one. */
const base64Line = /^[ \t]+([A-Za-z0-9+/]{4,}={0,2})[ \t]*\r?$/

/** The data of a Secret, as one: from the first of its values to the last. */
function checkKubernetes(match: Match): number {
  const lines = match.text().split('\n')
  let at = 0
  let first = -1
  let last = -1
  let isData = false
  let isBlock = false
  for (const line of lines) {
    if (/^\S/.test(line)) isData = line.startsWith('data:')
    const value: string | undefined = isData ? (isBlock ? base64Line : base64Entry).exec(line)?.[1] : undefined
    isBlock = (isBlock && value !== undefined) || /:[ \t]+[|>][+-]?[ \t]*\r?$/.test(line)
    if (value !== undefined && !isPlaceholder(value)) {
      const start = at + line.lastIndexOf(value)
      if (first === -1) first = start
      last = start + value.length
    }
    at += line.length + 1
  }
  if (first === -1 || last - first < 12) return 0
  match.maskStart = match.start + first
  match.maskEnd = match.start + last
  return 0.8
}

/** `"auth": "dXNlcjpwYXNz"` of a registry's login, `_auth=` of npm's. */
function checkRegistryAuth(match: Match): number {
  const assigned = readAssignment(match)
  if (assigned === null || !/(?:^|_)auth$/.test(assigned.name)) return 0
  return isUserAndPassword(assigned.value) ? 0.8 : 0
}

const entryLine = '[ \\t]+[^\\n]*\\n'
const otherLine = '[A-Za-z#\\t ][^\\n]*\\n'
const kindLine = 'kind:[ \\t]{1,4}["\']?[Ss]ecret["\']?[ \\t]{0,20}\\r?'

export const containerSecretDetectors: readonly Detector[] = [
  {
    id: 'kubernetes-secret',
    dataClass: 'secret/kubernetes-secret-yaml',
    pattern: `${kindLine}\\n(?:${otherLine})*data:[ \\t]*\\r?\\n(?:${entryLine})*[ \\t]+[^\\n]*`,
    left: bytesOrEdge('\n'),
    right: bytesOrEdge('\n'),
    maxBytes: 2_000,
    score: 0.8,
    check: checkKubernetes,
    wholeRun: true,
  },
  {
    id: 'kubernetes-secret-sorted',
    dataClass: 'secret/kubernetes-secret-yaml',
    // As `kubectl get -o yaml` writes it, by the alphabet.
    pattern: `data:[ \\t]*\\r?\\n(?:${entryLine})+${kindLine}`,
    left: bytesOrEdge('\n'),
    right: bytesOrEdge('\n'),
    maxBytes: 2_000,
    score: 0.8,
    check: checkKubernetes,
    wholeRun: true,
  },
  {
    id: 'private-key-base64',
    dataClass: 'secret/private-key',
    // "-----BEGIN PRIVATE", RSA, EC, OPENSSH, ENCRYPTED, DSA in base64; a certificate begins otherwise.
    pattern: 'LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0Eg|BFQyBQ|BPUEVOU1NI|BFTkNSWVBU|BEU0Eg)[A-Za-z0-9+/]{16}',
    left: notBytes('A-Za-z0-9+/'),
    right: anything,
    maxBytes: 64,
    score: 0.9,
    swallow: { kind: 'run', set: bytesOf('A-Za-z0-9+/='), glue: '' },
  },
  {
    id: 'registry-auth',
    dataClass: 'secret/registry-auth',
    pattern: '[=:][ \\t]{0,4}(?:\\\\?["\'])?[A-Za-z0-9+/]{8}[A-Za-z0-9+/]*={0,2}',
    left: notBytes('=:>'),
    right: notBytes('A-Za-z0-9_+/=.-'),
    maxBytes: 256,
    score: 0.3,
    words: ['auth'],
    check: checkRegistryAuth,
    wholeRun: true,
    yields: true,
  },
]
