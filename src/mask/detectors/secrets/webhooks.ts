// Addresses that are secrets themselves: whoever knows one may post. From the host on, so that the rest of all addresses in a
// text is not looked at twice; the whole path goes, because its parts belong together.

import { notBytes } from '../../engine/byte-set.ts'
import { toFormDetectors, uuid, type SecretForm } from './forms.ts'

const url = { right: notBytes('A-Za-z0-9/_-'), left: notBytes('A-Za-z0-9_-') } as const

const slack: SecretForm = {
  kind: 'slack-webhook-url',
  dataClass: 'secret/slack-token',
  pattern: '(?:https?://)?hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,200}',
  right: notBytes('A-Za-z0-9+/'),
}

/** Grouped as a UUID; not all that were given are hexadecimal. */
const group = '[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}'

export const webhookDetectors = toFormDetectors([
  slack,
  {
    ...url,
    kind: 'discord-webhook-url',
    pattern: '(?:ptb\\.|canary\\.)?discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,100}',
  },
  {
    ...url,
    kind: 'microsoft-teams-webhook',
    pattern: `(?:https://[a-z0-9-]{1,63}\\.)?webhook\\.office\\.com/webhookb2/${group}@${group}/IncomingWebhook/[A-Za-z0-9]{32}/${group}(?:/[A-Za-z0-9_-]{40,60})?`,
    maxBytes: 400,
  },
  {
    ...url,
    kind: 'google-chat-webhook',
    pattern:
      'chat\\.googleapis\\.com/v1/spaces/[A-Za-z0-9_-]{8,20}/messages\\?key=[A-Za-z0-9_-]{39}&token=[A-Za-z0-9_%-]{40,60}',
  },
  {
    ...url,
    kind: 'zapier-webhook-url',
    pattern: 'hooks\\.zapier\\.com/hooks/(?:catch|standard)/[0-9]{4,10}/[A-Za-z0-9]{6,32}',
    bits: 2,
  },
  { ...url, kind: 'make-webhook-url', pattern: 'hook\\.(?:[a-z0-9]{2,8}\\.)?make\\.com/[a-z0-9]{32}' },
  {
    ...url,
    kind: 'ifttt-webhook-url',
    pattern: 'maker\\.ifttt\\.com/trigger/[A-Za-z0-9_-]{1,64}/(?:json/)?with/key/[A-Za-z0-9_-]{22,43}',
  },
  { ...url, kind: 'pipedream-webhook-url', pattern: 'eo[a-z0-9]{12,14}\\.m\\.pipedream\\.net' },
  {
    ...url,
    kind: 'feishu-webhook-url',
    pattern: `open\\.(?:feishu\\.cn|larksuite\\.com)/open-apis/bot/v2/hook/${uuid}`,
  },
  { ...url, kind: 'dingtalk-webhook-url', pattern: 'oapi\\.dingtalk\\.com/robot/send\\?access_token=[0-9a-f]{64}' },
  { ...url, kind: 'wecom-webhook-url', pattern: `qyapi\\.weixin\\.qq\\.com/cgi-bin/webhook/send\\?key=${uuid}` },
  { ...url, kind: 'alchemy-api-url', pattern: 'g\\.alchemy\\.com/(?:nft/)?v[23]/[A-Za-z0-9_-]{32}' },
  { ...url, kind: 'infura-api-url', pattern: 'infura\\.io/v3/[0-9a-f]{32}' },
  {
    ...url,
    kind: 'google-calendar-private-url',
    pattern: 'calendar\\.google\\.com/calendar/ical/[^\\s/"\']{4,80}/private-[0-9a-f]{32}/basic\\.ics',
  },
])
