// The log's name. It is the name of its key in every checkpoint, a part of URLs, and other people's verifiers use it as a
// regular expression, so it is kept to what means itself everywhere.

import { Fault } from '../kernel/fault.ts'

const maxOriginLength = 200

/** @throws Fault `config.invalid` unless it is `host[/path…]` of letters, digits, dots and dashes */
export function parseOrigin(text: string): string {
  const segment = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`
  if (text.length > maxOriginLength || !new RegExp(`^${segment}(?:/${segment})*$`).test(text))
    throw new Fault('config.invalid', { what: 'origin', why: 'a name like gw.example.com/evidence/2026h2' })
  return text
}
