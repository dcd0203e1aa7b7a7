// Passwords and tokens of databases as others run them, and of what moves data between them.

import { notBytes } from '../../engine/byte-set.ts'
import { apart, dottedRest, toFormDetectors } from './forms.ts'

const padded = notBytes('A-Za-z0-9_.=-')

export const databaseDetectors = toFormDetectors([
  { kind: 'aiven-password', pattern: 'AVNS_[A-Za-z0-9_-]{15,24}' },
  { kind: 'airtable-personnal-access-token', pattern: 'pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}' },
  { kind: 'astra-db-token', pattern: 'AstraCS:[A-Za-z]{24}:[0-9a-f]{64}' },
  { kind: 'clickhouse-cloud-api-secret-key', pattern: '4b1d[A-Za-z0-9]{38}', digits: 3 },
  { kind: 'cockroachdb-api-key', pattern: 'CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}' },
  { kind: 'databento-api-key', pattern: 'db-[A-Za-z0-9]{29}', left: apart, digits: 2 },
  { kind: 'databricks-api-token', pattern: 'dapi[a-f0-9]{32}(?:-[0-9])?' },
  { kind: 'databricks-oauth-secret', pattern: 'dose[a-f0-9]{32}(?:-[0-9])?' },
  { kind: 'dbt-cloud-token', pattern: 'dbt[cus]_[A-Za-z0-9_-]{40,60}', digits: 2 },
  { kind: 'elastic-cloud-api-key', pattern: 'essu_[A-Za-z0-9+/]{60,120}={0,2}', right: notBytes('A-Za-z0-9+/=') },
  { kind: 'materialize-app-password', pattern: 'mzp_[0-9a-f]{64}' },
  { kind: 'mongodb-atlas-service-account-secret', pattern: 'mdb_sa_sk_[A-Za-z0-9_-]{40}' },
  { kind: 'neon-api-key', pattern: 'napi_[a-z0-9]{64}' },
  { kind: 'neon-password', pattern: 'npg_[A-Za-z0-9]{12}', bits: 2.5 },
  { kind: 'planetscale-api-token', pattern: 'pscale_tkn_[A-Za-z0-9_=.-]{32,64}', right: padded },
  { kind: 'planetscale-oauth-token', pattern: 'pscale_oauth_[A-Za-z0-9_=.-]{32,64}', right: padded },
  { kind: 'planetscale-password', pattern: 'pscale_pw_[A-Za-z0-9_=.-]{32,64}', right: padded },
  { kind: 'supabase-access-token', pattern: 'sbp_(?:oauth_)?[0-9a-f]{40}' },
  { kind: 'supabase-secret-key', pattern: 'sb_secret_[A-Za-z0-9_-]{31}' },
  { kind: 'tinybird-token', pattern: 'p\\.eyJ1Ijog[A-Za-z0-9_-]{40}', swallow: dottedRest },
  { kind: 'xata-api-key', pattern: 'xau_[A-Za-z0-9]{32,40}' },
  { kind: 'quicknode-api-key', pattern: 'QN_[0-9a-f]{32}' },
])
