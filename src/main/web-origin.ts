// Where everything HTTP of this gateway is found, as a URL writes it.

import { isIPv6 } from 'node:net'

/** An address of IPv6 has colons of its own, so it stands in brackets (RFC 3986 §3.2.2). */
export function toWebOrigin(host: string, port: number, tls: boolean): string {
  return `${tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
