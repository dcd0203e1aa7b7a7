// Tokens of what people work with: notes, tickets, drawings, customers, pages.

import { notBytes } from '../../engine/byte-set.ts'
import { apart, toFormDetectors, urlRest, uuid } from './forms.ts'

export const productivityDetectors = toFormDetectors([
  { kind: 'adobe-client-secret', pattern: 'p8e-[A-Za-z0-9]{32}', left: apart },
  { kind: 'asana-personal-access-token', pattern: '[012]/[0-9]{12,19}(?:/[0-9]{12,19})?:[0-9a-f]{32}', left: apart },
  { kind: 'clickup-api-token', pattern: 'pk_[0-9]{6,12}_[A-Z0-9]{32}' },
  { kind: 'cloudinary-url', pattern: 'cloudinary://[0-9]{12,18}:[A-Za-z0-9_-]{20,40}@[A-Za-z0-9_-]{2,64}' },
  { kind: 'contentful-personal-access-token', pattern: 'CFPAT-[A-Za-z0-9_-]{43}' },
  { kind: 'dropbox-short-lived-api-token', pattern: 'sl\\.[A-Za-z0-9_=.-]{122}', digits: 4, swallow: urlRest },
  { kind: 'figma-access-token', pattern: 'fig[dou]_[A-Za-z0-9_-]{38,60}' },
  { kind: 'frameio-api-token', pattern: 'fio-u-[A-Za-z0-9_=-]{64}' },
  { kind: 'hubspot-private-app-token', pattern: `pat-(?:na|eu|ap)[0-9]-${uuid}` },
  { kind: 'linear-api-key', pattern: 'lin_(?:api|oauth)_[A-Za-z0-9]{40,64}' },
  { kind: 'linear-webhook-secret', pattern: 'lin_wh_[A-Za-z0-9]{30,44}' },
  { kind: 'mapbox-api-token', pattern: '[pst]k\\.[A-Za-z0-9_-]{60,120}\\.[A-Za-z0-9_-]{22}' },
  { kind: 'notion-api-token', pattern: 'ntn_[0-9]{11}[A-Za-z0-9]{35}', bits: 3.5 },
  { kind: 'notion-legacy-secret', pattern: 'secret_[A-Za-z0-9]{43}', digits: 2 },
  { kind: 'retool-api-token', pattern: 'retool_[A-Za-z0-9]{24,48}' },
  { kind: 'salesforce-access-token', pattern: '00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{80,140}' },
  {
    kind: 'stytch-secret',
    pattern: 'secret-(?:live|test)-[A-Za-z0-9_-]{30,48}={0,2}',
    right: notBytes('A-Za-z0-9_=-'),
  },
  { kind: 'trello-api-token', pattern: 'ATTA[0-9a-f]{64,72}' },
  { kind: 'typeform-api-token', pattern: 'tfp_[A-Za-z0-9_.=-]{40,60}', right: notBytes('A-Za-z0-9_.=-'), digits: 2 },
  { kind: 'lichess-api-token', pattern: 'li[po]_[A-Za-z0-9]{20,24}', digits: 1 },
  { kind: 'wakatime-personal-key', pattern: `waka_(?:tok_|sec_)?(?:${uuid}|[A-Za-z0-9]{40,80})` },
  { kind: 'imagekit-private-key', pattern: 'private_[A-Za-z0-9+/]{27}=', right: notBytes('A-Za-z0-9+/=') },
])
