// An HTTP target whose answers are looked through for the very credential that went there with the request. A session opens its
// passages before it dials, and a credential may be rotated while an answer is on its way, so neither the session nor the
// moment tells which one that is: sending does.

import type { Dialled } from '../dial/dialer.ts'
import { Fault } from '../kernel/fault.ts'
import type { HttpTarget } from '../kernel/target.ts'
import { LivePassage } from './passage.ts'

export function toWatched({ target, needles }: Dialled<HttpTarget>): HttpTarget {
  return {
    send(request, passage, sink) {
      if (!(passage instanceof LivePassage)) throw new Fault('internal', { why: 'a passage that is not of this room' })
      passage.carries(needles)
      return target.send(request, passage, sink)
    },
  }
}
