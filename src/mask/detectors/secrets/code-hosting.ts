// Tokens of the houses of code: GitHub, GitLab, Bitbucket, and those beside them.
//
// GitHub's and npm's tokens end in a CRC32 in base62. It is not asked: tokens of before, and those of servers that are run by
// their users, have none, and a token that was mistyped is still nearly one.

import { anything, notBytes } from '../../engine/byte-set.ts'
import { dottedRest, toFormDetectors, type SecretForm } from './forms.ts'

const github = { dataClass: 'secret/github-token', right: anything, swallow: dottedRest, bits: 0 } as const

const githubs: readonly SecretForm[] = [
  { ...github, kind: 'github-pat', pattern: 'ghp_[A-Za-z0-9_]{36}' },
  { ...github, kind: 'github-oauth', pattern: 'gho_[A-Za-z0-9_]{36}' },
  { ...github, kind: 'github-app-token', pattern: 'gh[us]_[A-Za-z0-9_]{36}' },
  { ...github, kind: 'github-refresh-token', pattern: 'ghr_[A-Za-z0-9_]{36}' },
  {
    kind: 'github-fine-grained-pat',
    dataClass: 'secret/github-token',
    pattern: 'github_pat_[A-Za-z0-9_]{60,255}',
    maxBytes: 280,
  },
]

const some = '[A-Za-z0-9_-]'
/** Routable tokens say where they belong, with a checksum behind dots. */
const routed = `${some}{20}${some}*(?:(?:\\.[0-9a-z]{2})?\\.[0-9a-z]{9})?`

const gitlabPrefixes = {
  'gitlab-pat': `glpat-${routed}`,
  'gitlab-deploy-token': `gldt-${routed}`,
  'gitlab-runner-authentication-token': `glrt-${routed}`,
  'gitlab-runner-registration-token': `glrtr-${routed}`,
  'gitlab-cicd-job-token': `glcbt-[A-Za-z0-9]{1,5}_${routed}`,
  'gitlab-feature-flag-client-token': `glffct-${routed}`,
  'gitlab-feed-token': `glft-${routed}`,
  'gitlab-incoming-mail-token': `glimt-${routed}`,
  'gitlab-kubernetes-agent-token': `glagent-${routed}`,
  'gitlab-oauth-app-secret': `gloas-${routed}`,
  'gitlab-scim-token': `glsoat-${routed}`,
  'gitlab-workspace-token': `glwt-${routed}`,
} as const

const gitlabs: readonly SecretForm[] = [
  ...Object.entries(gitlabPrefixes).map(([kind, pattern]) => ({ kind, pattern, maxBytes: 400 })),
  { kind: 'gitlab-ptt', pattern: 'glptt-[0-9a-f]{40}' },
  { kind: 'gitlab-rrt', pattern: 'GR1348941[A-Za-z0-9_-]{20}' },
  { kind: 'gitlab-session-cookie', pattern: '_gitlab_session=[0-9a-z]{32}', left: notBytes('A-Za-z0-9') },
]

const others: readonly SecretForm[] = [
  { kind: 'atlassian-api-token', pattern: 'ATATT3[A-Za-z0-9_=-]{150,220}', maxBytes: 260 },
  { kind: 'atlassian-access-token', pattern: 'ATCTT3[A-Za-z0-9_=-]{150,220}', maxBytes: 260 },
  { kind: 'bitbucket-app-password', pattern: 'ATBB[A-Za-z0-9]{32}', digits: 2 },
  {
    kind: 'sourcegraph-access-token',
    pattern: 'sgp_(?:(?:[0-9A-Fa-f]{16}|local)_)?[0-9A-Fa-f]{40}',
  },
  { kind: 'sourcegraph-gateway-token', pattern: '(?:sgd|slk)_[0-9a-f]{64}' },
  {
    kind: 'phabricator-conduit-token',
    pattern: '(?:api|cli)-[a-z0-9]{28}',
    digits: 3,
    words: ['phab', 'conduit', 'arc'],
  },
]

export const codeHostingDetectors = toFormDetectors([...githubs, ...gitlabs, ...others])
