// Objects and arrays of a request, visited: bounded, and a key only once, because readers differ in which one counts. Knows no
// key by name.

import { JsonCursor } from './json-cursor.ts'

/** More members than this in an object whose keys are looked at are no request of a client. */
const maxMembers = 128

/**
 * Visits the members of an object by key; the visitor must read or skip the value.
 * @throws Fault `request.malformed` when a key comes twice or there are too many
 */
export function eachMember(cursor: JsonCursor, visit: (key: string, keyStart: number) => void): void {
  const seen: string[] = []
  for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
    const key = cursor.text()
    if (seen.length >= maxMembers) throw cursor.malformed('with too many members')
    if (seen.includes(key)) throw cursor.malformed('key that came before')
    seen.push(key)
    visit(key, cursor.from - 1)
  }
}

/** Visits the elements of an array; the visitor must read or skip each. @throws Fault `request.malformed` above `max` */
export function eachElement(cursor: JsonCursor, max: number, visit: () => void): void {
  let count = 0
  for (let more = cursor.firstElement(); more; more = cursor.nextElement()) {
    if (++count > max) throw cursor.malformed('with too many elements')
    visit()
  }
}

/**
 * The string that the object at `start` has as this member, wherever the member stands in it. The cursor stays where it is.
 * @returns empty when it has none, null when the member comes twice
 */
export function stringMember(cursor: JsonCursor, start: number, name: string): string | null {
  const look = new JsonCursor().reset(cursor.bytes, start, cursor.end)
  let found: string | null = null
  let isThere = false
  for (let more = look.firstMember(); more; more = look.nextMember()) {
    if (!look.is(name)) look.skip()
    else if (isThere) return null
    else {
      isThere = true
      if (look.kind() === 'string') {
        look.string()
        found = look.text()
      } else look.skip()
    }
  }
  return found ?? ''
}
