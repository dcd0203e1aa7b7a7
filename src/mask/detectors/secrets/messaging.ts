// Tokens of those who carry messages: chats, telephones, letters.

import { Buffer } from 'node:buffer'
import { anything, bytesOf, notBytes } from '../../engine/byte-set.ts'
import type { Match } from '../../engine/detector.ts'
import { apart, base64Rest, toFormDetectors, type SecretForm } from './forms.ts'

const slack = { dataClass: 'secret/slack-token', bits: 2, digits: 6 } as const

const slacks: readonly SecretForm[] = [
  { ...slack, kind: 'slack-app-token', pattern: 'xapp-[0-9]-[A-Za-z0-9]{6,20}-[0-9]{6,20}-[A-Za-z0-9]{16,128}' },
  { ...slack, kind: 'slack-bot-token', pattern: 'xoxb-[0-9]{8,14}-[A-Za-z0-9-]{18,64}' },
  { ...slack, kind: 'slack-user-token', pattern: 'xox[pe](?:-[0-9]{8,14}){3}-[A-Za-z0-9-]{24,64}' },
  {
    ...slack,
    kind: 'slack-legacy-token',
    pattern: 'xox(?:[os](?:-[0-9]{4,14}){3}|p(?:-[0-9]{8,14}){3})-[A-Fa-f0-9]{8,64}',
  },
  {
    ...slack,
    kind: 'slack-legacy-workspace-token',
    pattern: 'xox[ar]-(?:[0-9]-)?[A-Za-z0-9]{8,48}(?:-[A-Za-z0-9]{4,48}){0,4}',
    digits: 2,
  },
  { ...slack, kind: 'slack-config-access-token', pattern: 'xoxe\\.xox[bp]-[0-9]-[A-Za-z0-9]{100,200}' },
  { ...slack, kind: 'slack-config-refresh-token', pattern: 'xoxe-[0-9]-[A-Za-z0-9]{100,200}' },
  { ...slack, kind: 'slack-client-token', pattern: 'xoxc-[0-9]{8,14}-[0-9-]{8,30}-[0-9a-f]{64}' },
  { ...slack, kind: 'slack-cookie-token', pattern: 'xoxd-[A-Za-z0-9%+/=_-]{40,240}', maxBytes: 260 },
]

/** The first part is the number of an account in base64. */
function hasAccount(match: Match): boolean {
  const [account = ''] = match.text().split('.')
  return /^\d{16,20}$/.test(Buffer.from(account, 'base64').toString('latin1'))
}

const chats: readonly SecretForm[] = [
  {
    kind: 'discord-bot-token',
    pattern: '[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}',
    left: apart,
    isSecret: hasAccount,
  },
  { kind: 'discord-mfa-token', pattern: 'mfa\\.[A-Za-z0-9_-]{80,90}' },
  { kind: 'telegram-bot-token', pattern: '[0-9]{8,10}:AA[A-Za-z0-9_-]{33}', left: notBytes('A-Za-z0-9_.:-') },
  {
    kind: 'telegram-bot-url',
    dataClass: 'secret/telegram-bot-token',
    pattern: 'bot[0-9]{5,16}:A[A-Za-z0-9_-]{34}',
    left: notBytes('A-Za-z0-9_'),
  },
  {
    kind: 'telegram-bot-token-named',
    dataClass: 'secret/telegram-bot-token',
    pattern: '[0-9]{5,16}:A[A-Za-z0-9_-]{34}',
    left: notBytes('A-Za-z0-9_.:-'),
    words: ['telegra'],
  },
  {
    kind: 'facebook-page-access-token',
    pattern: 'EAA[A-Z][A-Za-z0-9]{96}',
    right: anything,
    swallow: base64Rest,
    digits: 6,
  },
  { kind: 'facebook-access-token', pattern: '[0-9]{15,16}(?:\\||%7C|%)[A-Za-z0-9_-]{27,40}', left: apart, digits: 17 },
  {
    kind: 'instagram-access-token',
    pattern: 'IG(?:QV|AA)[A-Za-z0-9_-]{90}',
    right: anything,
    swallow: base64Rest,
    digits: 6,
  },
  { kind: 'matrix-access-token', pattern: 'syt_[A-Za-z0-9+/=]{2,100}_[A-Za-z]{20}_[A-Za-z0-9]{6}' },
  { kind: 'intercom-access-token', pattern: 'dG9rO[A-Za-z0-9+/]{50,60}={0,2}', right: notBytes('A-Za-z0-9+/=') },
  {
    kind: 'linkedin-client-secret-v2',
    pattern: 'WPL_AP1\\.[A-Za-z0-9]{16}\\.[A-Za-z0-9+/]{6,8}={0,2}',
    right: notBytes('A-Za-z0-9+/='),
  },
  {
    kind: 'twitter-bearer-token-form',
    dataClass: 'secret/twitter-bearer-token',
    // Written with `%2B` and the like, which are signs of Base64 by the time they are looked at.
    pattern: 'A{19}[A-Za-z0-9]{2,40}[%+/=][A-Za-z0-9%+/=]{42,90}',
    left: apart,
    right: notBytes('A-Za-z0-9_%+/=-'),
    digits: 4,
  },
  { kind: 'ntfy-access-token', pattern: 'tk_[a-z0-9]{29}', digits: 2 },
  { kind: 'pushbullet-access-token', pattern: 'o\\.[A-Za-z0-9]{32}', left: apart, digits: 3 },
  { kind: 'onesignal-app-key', pattern: 'os_v2_(?:app|org)_[a-z2-7]{90,110}' },
]

const telephones: readonly SecretForm[] = [
  { kind: 'twilio-api-key', pattern: 'SK[0-9a-fA-F]{32}' },
  { kind: 'telnyx-api-key', pattern: 'KEY[0-9A-F]{32}_[A-Za-z0-9]{22}' },
  // From its dot on: what stands before is the name of the app, and any word might be one.
  {
    kind: 'ably-api-key',
    pattern: '\\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43}',
    left: bytesOf('A-Za-z0-9_-'),
    words: ['ably'],
  },
]

export const messagingDetectors = toFormDetectors([...slacks, ...chats, ...telephones])
