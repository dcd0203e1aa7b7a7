// Keys of clouds: Amazon, Azure, Google, and those of other makers.

import { bytesOf, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import type { Match } from '../../engine/detector.ts'
import { base64Rest, dottedRest, toFormDetectors, uuid, type SecretForm } from './forms.ts'

const google = { dataClass: 'secret/google-api-key' } as const

/**
 * The keys of the samples that Google itself publishes with its SDKs for Android, by the letters after `AIzaSy`: they are in
 * a great many repositories and open nothing.
 */
const publishedKeys = new Set(
  `abcdefghijkl AnLA7NfeLquW CkEhVjf3pduR DMAScliyLx7F D3asb-2pEZVq AdOS2zB6NCsk ASWm6HmTMdYW ANUvH9H9BsUc A5_iVawFQ8AB
  A4UrcGxgwQFT DSb51JiIcB6O BF2RrAIm4a0m BcE-OOIbhjyR B8qGxt4ec15v A8vmApnrHNFE`.split(/\s+/),
)

function isOwn(match: Match): boolean {
  return !publishedKeys.has(match.text().slice(6, 18))
}

const amazon: readonly SecretForm[] = [
  {
    kind: 'aws-access-key',
    // Letters and digits are base32 today.
    pattern: '(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}',
    right: notBytes('A-Za-z0-9_'),
  },
  {
    kind: 'aws-amazon-bedrock-api-key-long-lived',
    // Base64 of "BedrockAPIKey-" after the first letters.
    pattern: 'ABSKQmVkcm9ja0FQSUtleS[0-9A-Za-z+/]{87}',
    maxBytes: 384,
    swallow: base64Rest,
  },
  {
    kind: 'aws-amazon-bedrock-api-key-short-lived',
    // Base64 of "bedrock.amazonaws.com".
    pattern: 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t',
    swallow: base64Rest,
  },
  { kind: 'aws-mws-auth-token', pattern: `amzn\\.mws\\.${uuid}` },
]

const storageKeyBytes = notBytes('A-Za-z0-9+/=')

const azure: readonly SecretForm[] = [
  {
    kind: 'azure-ad-client-secret',
    pattern: '[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}',
    left: bytesOrEdge('\\\'"`\t\r\n >=:(,'),
    right: bytesOrEdge('\\\'"`\t\r\n <),;&.'),
  },
  {
    kind: 'azure-storage-account-key',
    pattern: 'AccountKey=[A-Za-z0-9+/]{86}==',
    right: storageKeyBytes,
    behind: '=',
  },
  {
    kind: 'azure-shared-access-key',
    // Service Bus, Event Hubs, IoT Hub, SignalR, Batch.
    pattern: '(?:SharedAccessKey|AccessKey)=[A-Za-z0-9+/]{43}=',
    right: storageKeyBytes,
    behind: '=',
  },
  {
    kind: 'azure-app-configuration-secret',
    pattern: 'Secret=[A-Za-z0-9+/]{43}(?:=|[A-Za-z0-9+/]{30,44}={0,2})',
    left: bytesOf(';'),
    right: storageKeyBytes,
    behind: '=',
  },
  {
    kind: 'azure-sas-signature',
    pattern: 'sig=[A-Za-z0-9%+/]{43,80}(?:=|%3[Dd])',
    left: bytesOf('?&;'),
    behind: '=',
  },
  {
    kind: 'azure-function-key',
    pattern: 'code=[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{6}(?:==|%3[Dd]%3[Dd])',
    left: bytesOf('?&;'),
    behind: '=',
  },
]

const googles: readonly SecretForm[] = [
  { ...google, kind: 'google-api-key', pattern: 'AIza[A-Za-z0-9_-]{35}', isSecret: isOwn },
  { ...google, kind: 'google-bound-api-key', pattern: 'AQ\\.Ab8[A-Za-z0-9_-]{40,120}' },
  { ...google, kind: 'google-client-secret', pattern: 'GOCSPX-[A-Za-z0-9_-]{28}' },
  { kind: 'google-oauth-access-token', pattern: 'ya29\\.[A-Za-z0-9_-]{40}', swallow: dottedRest },
  { kind: 'google-oauth-refresh-token', pattern: '1//0[A-Za-z0-9][A-Za-z0-9_-]{40,140}', digits: 3 },
  { kind: 'google-hmac-access-id', pattern: 'GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})' },
  {
    kind: 'firebase-server-key',
    pattern: 'AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}',
  },
]

const others: readonly SecretForm[] = [
  { kind: 'alibaba-access-key-id', pattern: 'LTAI[A-Za-z0-9]{12,24}', bits: 2.5 },
  { kind: 'tencent-secret-id', pattern: 'AKID[A-Za-z0-9]{32}', digits: 1 },
  { kind: 'volcengine-access-key-id', pattern: 'AKLT[A-Za-z0-9_-]{40,64}', digits: 1 },
  { kind: 'baidu-access-key-id', pattern: 'ALTAK[A-Za-z0-9]{21}', digits: 1 },
  { kind: 'jdcloud-access-key', pattern: 'JDC_[A-Z0-9]{28,32}' },
  { kind: 'yandex-api-key', pattern: 'AQVN[A-Za-z0-9_-]{35,38}' },
  {
    kind: 'yandex-access-token',
    pattern: 't1\\.[A-Za-z0-9_-]{8,400}={0,2}\\.[A-Za-z0-9_-]{86}={0,2}',
    maxBytes: 500,
    right: notBytes('A-Za-z0-9_=-'),
  },
  { kind: 'yandex-oauth-token', pattern: 'y[0-3]_[A-Za-z0-9_-]{55,80}' },
  { kind: 'digitalocean-access-token', pattern: 'doo_v1_[a-f0-9]{64}' },
  { kind: 'digitalocean-pat', pattern: 'dop_v1_[a-f0-9]{64}' },
  { kind: 'digitalocean-refresh-token', pattern: 'dor_v1_[a-f0-9]{64}' },
  { kind: 'digitalocean-spaces-key-id', pattern: 'DO(?:00|801)[A-Z0-9]{16}' },
  { kind: 'scaleway-access-key', pattern: 'SCW[A-Z0-9]{17}', digits: 2 },
  { kind: 'exoscale-api-key', pattern: 'EXO[0-9a-f]{24}', digits: 2 },
  { kind: 'upcloud-api-token', pattern: 'ucat_[A-Z0-9]{26}' },
  { kind: 'oracle-cloud-session-token', pattern: 'ST\\$eyJ[A-Za-z0-9_-]{20}', swallow: dottedRest },
]

export const cloudDetectors = toFormDetectors([...amazon, ...azure, ...googles, ...others])
