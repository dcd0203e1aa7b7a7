// What starting leaves behind: sources, syntax trees and tables that were needed once. V8 would keep the room for it, twice over
// in its young generation, until traffic makes it look; a gateway that waits for traffic gives it back.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Of the thread that asks. Blocks it for some tens of milliseconds: once, when everything is made and nobody has come yet. */
export function releaseStartMemory(): void {
  // There is no other way to ask for it from inside; the flag makes `gc` known to contexts that are made afterwards.
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setFlagsFromString('--no-expose-gc')
}
