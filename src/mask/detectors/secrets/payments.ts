// Keys of those who move money.

import { notBytes } from '../../engine/byte-set.ts'
import { apart, toFormDetectors, uuid } from './forms.ts'

export const paymentKeyDetectors = toFormDetectors([
  { kind: 'stripe-access-token', pattern: '[sr]k_(?:org_)?(?:test|live|prod)_[A-Za-z0-9]{14,240}', digits: 1 },
  { kind: 'stripe-webhook-secret', pattern: 'whsec_[A-Za-z0-9+/]{32,64}={0,2}', right: notBytes('A-Za-z0-9_+/=-') },
  {
    kind: 'adyen-api-key',
    pattern: 'AQE[a-z0-9A-Z]{10}[A-Za-z0-9+/=]{60,200}-[A-Za-z0-9+/=]{40,60}-[^\\s"\'`]{16,24}',
  },
  {
    kind: 'asaas-api-key',
    pattern: '\\$aact_(?:(?:prod|hmlg)_)?[A-Za-z0-9=:+/]{60,200}',
    right: notBytes('A-Za-z0-9'),
  },
  { kind: 'brex-api-token', pattern: 'bxt_[A-Za-z0-9]{36}' },
  { kind: 'chargebee-api-key', pattern: '(?:live|test)_[A-Za-z0-9]{15,20}c[ud][A-Za-z0-9]{12,16}', digits: 3 },
  { kind: 'checkout-secret-key', pattern: 'sk_sbox_[a-z0-9]{26}[a-z0-9*#$=]', digits: 2 },
  { kind: 'flutterwave-encryption-key', pattern: 'FLWSECK_TEST-?[a-h0-9]{12}' },
  { kind: 'flutterwave-secret-key', pattern: 'FLWSECK(?:_TEST)?-[a-h0-9]{32}-X' },
  { kind: 'flutterwave-public-key', pattern: 'FLWPUBK(?:_TEST)?-[a-h0-9]{32}-X' },
  {
    // RFC 8959: what says of itself that it is a secret.
    kind: 'secret-token-uri',
    pattern: "secret-token:[A-Za-z0-9_.~!$&'()*+,;=:@%-]{16,200}",
    right: notBytes('A-Za-z0-9'),
    behind: ':',
  },
  { kind: 'mercado-pago-access-token', pattern: '(?:APP_USR|TEST)-[0-9]{10,18}-[0-9]{6}-[0-9a-f]{32}-[0-9]{5,12}' },
  { kind: 'midtrans-server-key', pattern: '(?:SB-)?Mid-server-[A-Za-z0-9_-]{20,32}' },
  { kind: 'mollie-api-key', pattern: '(?:live|test)_[A-Za-z0-9]{30}', digits: 2 },
  { kind: 'mollie-access-token', pattern: 'access_[A-Za-z0-9]{40}', digits: 2, words: ['mollie'] },
  { kind: 'omise-secret-key', pattern: 'skey_(?:test_)?[a-z0-9]{19}', digits: 2 },
  { kind: 'paddle-api-key', pattern: 'pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}' },
  { kind: 'paddle-webhook-secret', pattern: 'pdl_ntfset_[a-z0-9]{26}_[A-Za-z0-9+/]{32}' },
  { kind: 'pagarme-api-key', pattern: 'ak_(?:live|test)_[A-Za-z0-9]{30,40}' },
  {
    kind: 'paypal-braintree-access-token',
    pattern: 'access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}',
  },
  {
    kind: 'plaid-access-token',
    dataClass: 'secret/plaid-api-token',
    pattern: `access-(?:sandbox|development|production)-${uuid}`,
  },
  { kind: 'polar-access-token', pattern: 'polar_[a-z]{2,4}_[A-Za-z0-9]{36,52}', digits: 2 },
  { kind: 'razorpay-key-id', pattern: 'rzp_(?:live|test)_[A-Za-z0-9]{14}' },
  { kind: 'square-access-token', pattern: '(?:EAAA|sq0atp-)[A-Za-z0-9_-]{22,60}', digits: 2 },
  { kind: 'square-secret', pattern: 'sq0c[a-z]p-[A-Za-z0-9_-]{40,44}' },
  { kind: 'tatum-api-key', pattern: 't-[0-9a-f]{24}-[0-9a-f]{24}', left: apart },
  { kind: 'xendit-secret-key', pattern: 'xnd_(?:production|development)_[A-Za-z0-9]{40,70}' },
  { kind: 'ramp-secret', pattern: 'ramp_(?:sec|business_tok)_[A-Za-z0-9]{30,60}', digits: 2 },
])
