// Addresses of the web (RFC 3986 §3). Text is full of them and few give anybody away, so their family is shown unless an operator
// for it is configured; then they are found wherever they stand.

import { anything, bytesOf, notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'
import { isV4 } from './network.ts'

/** Top-level domains in wide use, of those that have more than two letters. */
const topDomains = new Set(
  `com net org edu gov mil int info biz name pro museum aero coop jobs mobi travel tel asia cat post app dev page web cloud
  online site store shop tech blog news live life world today space website email digital agency network systems solutions
  services software technology academy school university bank finance money capital law legal health care clinic hospital
  media studio design photo video music games game play fun club social community group team company business ventures
  xyz top icu vip win bid loan trade market sale deals buzz link click download stream host hosting press rocks ninja guru
  expert consulting partners foundation international global earth berlin hamburg koeln london paris nyc tokyo wien bayern
  vlaanderen gent brussels amsterdam swiss scot wales webcam camera energy green solar farm garden house homes estate
  restaurant cafe pizza beer wine coffee hotel holiday tours cruises flights zone support center help tools codes engineering
  google amazon apple microsoft youtube android azure bing`.split(/\s+/),
)

const labels = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/

function isHost(host: string): boolean {
  if (isV4(host)) return true
  if (!labels.test(host)) return false
  // `www` alone is nobody's name: two parts must come after it.
  const parts = (host.startsWith('www.') ? host.slice(4) : host).split('.')
  const top = parts.at(-1) ?? ''
  return parts.length > 1 && (top.length === 2 || top.startsWith('xn--') || topDomains.has(top))
}

function checkUrl(match: Match): number {
  const host = match
    .text()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#]$/, '')
    .replace(/:\d+$/, '')
  return isHost(host) ? 0.5 : 0
}

const pathBytes = bytesOf('A-Za-z0-9/?#&=%_~$+@:!*\x80-\xff-')
const host =
  '(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ff][Tt][Pp]://|[Ww][Ss][Ss]?://|[Ww][Ww][Ww]\\.)[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9](?::[0-9]{1,5})?'

const url = {
  dataClass: 'net/url',
  left: notBytes('A-Za-z0-9_.@-'),
  maxBytes: 300,
  score: 0.5,
  check: checkUrl,
} as const

export const webDetectors: readonly Detector[] = [
  {
    ...url,
    id: 'url',
    pattern: `${host}[/?#]`,
    right: anything,
    // The rest is not kept for a finding that hardly anybody asks for.
    swallow: { kind: 'run', set: pathBytes, glue: '.' },
  },
  { ...url, id: 'url-host', pattern: host, right: notBytes('A-Za-z0-9_/?#-') },
]
