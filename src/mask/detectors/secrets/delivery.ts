// Tokens of what builds, tests, checks and delivers.

import { apart, toFormDetectors, uuid } from './forms.ts'

export const deliveryDetectors = toFormDetectors([
  { kind: 'buildkite-api-token', pattern: 'bk(?:ua|ct|aj|pt|at)_[0-9A-Za-z]{40,64}' },
  { kind: 'circleci-token', pattern: 'CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}' },
  { kind: 'chromatic-project-token', pattern: 'chpt_[0-9a-z]{12,20}' },
  { kind: 'depot-token', pattern: 'depot_(?:project|org|user)_[0-9a-f]{64}' },
  { kind: 'harness-api-key', pattern: '[ps]at\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}' },
  { kind: 'infracost-api-token', pattern: 'ico-[A-Za-z0-9]{32}', left: apart },
  { kind: 'octopus-deploy-api-key', pattern: 'API-[A-Z0-9]{26}', left: apart, digits: 1 },
  { kind: 'prefect-api-token', pattern: 'pn[ub]_[A-Za-z0-9]{36}' },
  { kind: 'pulumi-api-token', pattern: 'pul-[a-f0-9]{40}', left: apart },
  { kind: 'sonar-token', pattern: 'sq[uap]_[0-9a-f]{40}' },
  { kind: 'snyk-uat-token', pattern: 'snyk_(?:uat|sat)\\.[0-9a-f]{8}\\.[A-Za-z0-9_-]{20,160}' },
  { kind: 'socket-api-token', pattern: 'sktsec_[A-Za-z0-9_-]{40,64}(?:_api)?' },
  {
    kind: 'launchdarkly-access-key',
    pattern: `(?:sdk|api|mob)-${uuid}`,
    left: apart,
    words: ['launchdarkly', 'launch_darkly', 'ld'],
  },
  { kind: 'statsig-secret-key', pattern: 'secret-[A-Za-z0-9]{40,50}', left: apart, digits: 2 },
  { kind: 'ionic-access-token', pattern: 'ion_[A-Za-z0-9]{42}', digits: 3 },
  { kind: 'gitpod-access-token', pattern: 'gitpod_pat_[A-Za-z0-9_.-]{32,200}' },
  { kind: 'apify-api-token', pattern: 'apify_api_[A-Za-z0-9]{36}' },
  { kind: 'postman-api-token', pattern: 'PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}' },
  { kind: 'postman-collection-key', pattern: 'PMAT-[A-Z0-9]{26}' },
  { kind: 'roboflow-api-key', pattern: 'rf_[A-Za-z0-9]{20,40}', digits: 2, words: ['roboflow'] },
])
