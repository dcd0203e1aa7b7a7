// Which addresses and names mean this machine and no other. A credential may travel in clear only there, so the rule is written
// once.

/** @param address of a socket's end; IPv4 mapped into IPv6 is what a socket for both reports */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

/** @param host of a URL, where an IPv6 address stands in brackets. No other name is asked of anybody: it could be anywhere. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
