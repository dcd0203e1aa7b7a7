/** Is this address of this machine only? IPv4, IPv6 and IPv4 mapped into IPv6. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

/** An IP address rather than a name. */
export function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':')
}
