// Keys of those who watch: logs, measurements, errors, who is called at night.

import { apart, toFormDetectors, uuid, type SecretForm } from './forms.ts'
import { notBytes } from '../../engine/byte-set.ts'

const base64End = notBytes('A-Za-z0-9_+/=-')

const grafana: readonly SecretForm[] = [
  // `{"k":"` in base64.
  { kind: 'grafana-api-key', pattern: 'eyJrIjoi[A-Za-z0-9]{70,400}={0,3}', maxBytes: 420, right: base64End },
  { kind: 'grafana-cloud-api-token', pattern: 'glc_[A-Za-z0-9+/]{32,400}={0,3}', maxBytes: 420, right: base64End },
  { kind: 'grafana-service-account-token', pattern: 'glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}' },
]

const newRelic: readonly SecretForm[] = [
  { kind: 'new-relic-user-api-key', pattern: 'NRAK-[A-Za-z0-9]{27}' },
  { kind: 'new-relic-browser-api-token', pattern: 'NRJS-[a-f0-9]{19}' },
  { kind: 'new-relic-insert-key', pattern: 'NRII-[A-Za-z0-9_-]{32}' },
  { kind: 'new-relic-query-key', pattern: 'NRIQ-[A-Za-z0-9_-]{32}' },
  { kind: 'new-relic-ingest-license-key', pattern: '(?:eu01xx)?[0-9a-f]{34,36}(?:FFFF)?NRAL', left: apart },
]

const sentry: readonly SecretForm[] = [
  // `{"iat":` in base64, and a signature of 32 bytes.
  {
    kind: 'sentry-org-token',
    pattern: 'sntrys_eyJpYXQiO[A-Za-z0-9+/=]{40,400}_[A-Za-z0-9+/]{43}',
    maxBytes: 480,
    right: notBytes('A-Za-z0-9+/'),
  },
  { kind: 'sentry-user-token', pattern: 'sntry[uai]_[a-f0-9]{64}' },
  {
    kind: 'sentry-dsn-secret',
    pattern: '[0-9a-f]{32}:[0-9a-f]{32}@(?:[a-z0-9.-]{1,40}\\.)?sentry\\.io',
    left: notBytes('A-Za-z0-9_.-'),
  },
]

const others: readonly SecretForm[] = [
  { kind: 'dynatrace-api-token', pattern: 'dt0[a-z][0-9]{2}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{64}' },
  { kind: 'axiom-api-token', pattern: `xa(?:at|pt|it)-${uuid}` },
  { kind: 'honeycomb-ingest-key', pattern: 'hc[abcx][il]k_[a-z0-9]{58}' },
  { kind: 'posthog-personal-key', pattern: 'ph[xs]_[A-Za-z0-9]{40,60}', digits: 2 },
  { kind: 'coralogix-api-key', pattern: 'cx(?:t|u)p_[A-Za-z0-9]{30}' },
  { kind: 'rootly-api-token', pattern: 'rootly_[0-9a-f]{64}' },
  { kind: 'checkly-api-key', pattern: '(?:cu|sv)_[0-9a-f]{32}' },
  { kind: 'healthchecks-api-key', pattern: 'hc[rwp]_[A-Za-z0-9]{28}', digits: 1 },
  { kind: 'uptimerobot-api-key', pattern: '(?:u|m)[0-9]{6,10}-[0-9a-f]{24}', left: apart },
  { kind: 'segment-public-api-token', pattern: 'sgp_[A-Za-z0-9]{64}' },
  { kind: 'logfire-token', pattern: 'pylf_v[0-9]_[a-z]{2,4}_[A-Za-z0-9]{40,50}' },
]

export const observabilityDetectors = toFormDetectors([...grafana, ...newRelic, ...sentry, ...others])
