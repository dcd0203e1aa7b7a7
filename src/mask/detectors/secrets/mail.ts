// Keys of those who send mail for others.

import type { Match } from '../../engine/detector.ts'
import { apart, toFormDetectors } from './forms.ts'

/** The token of the SDK for telephones is in every copy of the program and opens nothing. */
function isServers(match: Match): boolean {
  return !/initialize\( ?(?:token: ?)?["']?$/.test(match.before())
}

export const mailKeyDetectors = toFormDetectors([
  { kind: 'sendgrid-api-token', pattern: 'SG\\.[A-Za-z0-9_=.-]{66}', digits: 2 },
  { kind: 'sendinblue-api-token', pattern: 'x(?:keysib|smtpsib)-[a-f0-9]{64}-[A-Za-z0-9]{16}' },
  { kind: 'mailchimp-api-key', pattern: '[0-9a-f]{32}-us[0-9]{1,2}', left: apart, isSecret: isServers },
  { kind: 'mailchimp-transactional-key', pattern: 'md-[A-Za-z0-9_-]{22}', left: apart, digits: 2 },
  { kind: 'mailgun-private-api-token', pattern: 'key-[a-f0-9]{32}', left: apart },
  { kind: 'mailgun-pub-key', pattern: 'pubkey-[a-f0-9]{32}', left: apart },
  { kind: 'mailersend-api-token', pattern: 'mlsn\\.[0-9a-f]{64}' },
  { kind: 'resend-api-key', pattern: 're_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}', digits: 1 },
  { kind: 'smtp2go-api-key', pattern: 'api-[0-9A-F]{32}', left: apart },
  { kind: 'convertkit-api-key', pattern: 'kit_[0-9a-f]{32}' },
])
