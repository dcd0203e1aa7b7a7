// Where batch results are fetched is an absolute address, and a client library goes there with its credential: with the
// gateway's token, to another host. So the address becomes the gateway's own, and an address of a third host is no address.

import { Fault } from '../../kernel/fault.ts'

export interface Here {
  /** `https://gateway.example:8470`, as this client reached it. */
  readonly origin: string
  /** What stands before the API's own path: `/anthropic/claude`. */
  readonly base: string
  readonly target: URL
}

const hostForm = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/

/** @param host the Host header; only this client's own answers depend on it */
export function toOrigin(host: string, tls: boolean): string {
  if (!hostForm.test(host)) throw new Fault('request.malformed', { what: 'Host' })
  return `${tls ? 'https' : 'http'}://${host}`
}

/** @throws Fault `upstream.protocol` for an address elsewhere */
export function toGatewayUrl(here: Here, url: string): string {
  if (url === '') return url
  const there = URL.parse(url, here.target)
  const base = here.target.pathname.replace(/\/$/, '')
  if (there === null || there.host !== here.target.host || !there.pathname.startsWith(`${base}/`))
    throw new Fault('upstream.protocol', { why: 'results_url names another place' })
  return `${here.origin}${here.base}${there.pathname.slice(base.length)}${there.search}`
}
