// Keys of shops, parcels and journeys.

import { apart, toFormDetectors, uuid } from './forms.ts'

export const commerceKeyDetectors = toFormDetectors([
  { kind: 'shopify-access-token', pattern: 'shpat_[A-Fa-f0-9]{32}' },
  { kind: 'shopify-custom-access-token', pattern: 'shpca_[A-Fa-f0-9]{32}' },
  { kind: 'shopify-private-app-access-token', pattern: 'shppa_[A-Fa-f0-9]{32}' },
  { kind: 'shopify-shared-secret', pattern: 'shpss_[A-Fa-f0-9]{32}' },
  { kind: 'shopify-partner-token', pattern: '(?:prtapi|shptka|atkn)_[A-Fa-f0-9]{32,64}' },
  { kind: 'woocommerce-api-key', pattern: 'c[ks]_[0-9a-f]{40}' },
  { kind: 'easypost-api-token', pattern: 'EZAK[A-Za-z0-9]{54}' },
  { kind: 'easypost-test-api-token', pattern: 'EZTK[A-Za-z0-9]{54}', left: apart },
  { kind: 'shippo-api-token', pattern: 'shippo_(?:live|test)_[A-Fa-f0-9]{40}' },
  { kind: 'easyship-api-token', pattern: '(?:prod|sand)_[A-Za-z0-9+/]{43}=', digits: 2 },
  { kind: 'duffel-api-token', pattern: 'duffel_(?:test|live)_[A-Za-z0-9_=-]{43}' },
  { kind: 'lob-pub-api-key', pattern: '(?:test|live)_pub_[a-f0-9]{31}' },
  { kind: 'lob-api-key', pattern: '(?:test|live)_[a-f0-9]{35}' },
  { kind: 'samsara-api-token', pattern: 'samsara_api_[A-Za-z0-9]{30}' },
  { kind: 'klaviyo-private-key', pattern: 'pk_[0-9a-f]{34}' },
  { kind: 'persona-api-key', pattern: `persona_(?:production|sandbox)_${uuid}` },
  { kind: 'riot-games-api-key', pattern: `RGAPI-${uuid}` },
])
