// What is thrown for bytes that are no JSON, or not JSON that every reader would read alike: what was met there, and where. Never
// a byte of it.

import { Fault } from '../../kernel/fault.ts'

/** @param at byte offset */
export function toMalformedJson(what: string, at: number): Fault {
  return new Fault('request.malformed', { what: `JSON ${what}`, at })
}

/** Whether this was thrown for bytes that are no JSON; a fault of somebody else on the way is not. */
export function isMalformedJson(thrown: unknown): thrown is Fault {
  return (
    thrown instanceof Fault &&
    thrown.code === 'request.malformed' &&
    thrown.facts['what'] !== undefined &&
    thrown.facts['at'] !== undefined
  )
}

/** What is wrong with a request, to who sent it. */
export function describeMalformed({ facts }: Fault): string {
  return `it has ${String(facts['what'])} at byte ${String(facts['at'])}`
}
