// One request of the API, as far as it is read before anything is decided.

import type { Route } from './route.ts'

export interface ApiRequest {
  readonly method: string
  readonly route: Route
  /** With its `?`, or empty. */
  readonly query: string
  /** As they go upstream: without the client's credential. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

const maxPrintable = 120

/** For lists that people read: visible ASCII, and not much of it. */
export function toPrintable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, maxPrintable)
}
