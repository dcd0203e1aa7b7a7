// The way every byte goes. Each row of the table is a call that a protocol makes on its Journey; the columns are the stages
// it passes, in this order and no other. A step that answers with a denial ends the row.
//
//   call       identify      authorize     hold         record         dial       mask       release
//   ────────   ───────────   ───────────   ──────────   ────────────   ────────   ────────   ─────────────
//   identify   Principal
//   open                     Grant         approval     session.open
//   begin                    Decision      approval     request        ·
//   dial                                                cred.inject    target
//   respond                                             response                  findings   Released bytes
//   end                                                 done
//
// Everything of that table is in this room: opening.ts (open), judging.ts (begin), holding.ts (hold), session.ts (dial),
// passage.ts (respond, end). What a crash leaves between two columns is always a record of more than happened.

import type { Denial } from './kernel/decision.ts'
import { toFault, type Fault } from './kernel/fault.ts'
import type { IssuedToken, Journey, Peer, Presented, Session, Waiting, Wanted } from './kernel/journey.ts'
import type { Principal } from './kernel/principal.ts'
import { faultEvent, logFault } from './journey/failing.ts'
import { openSession } from './journey/opening.ts'
import { Register } from './journey/register.ts'
import type { Rooms } from './journey/rooms.ts'

export class LiveJourney implements Journey {
  readonly register: Register
  readonly #rooms: Rooms

  constructor(rooms: Rooms) {
    this.#rooms = rooms
    this.register = new Register(rooms.clock)
  }

  identify(presented: Presented, peer: Peer): Promise<Principal | Denial> {
    return this.#rooms.identifier.identify(presented, peer)
  }

  exchange(presented: Presented, peer: Peer): Promise<IssuedToken | Denial> {
    return this.#rooms.identifier.exchange(presented, peer)
  }

  async open(principal: Principal, want: Wanted, peer: Peer, waiting: Waiting): Promise<Session | Denial> {
    return await openSession(this.#rooms, this.register, { principal, want, peer }, waiting)
  }

  failed(thrown: unknown, peer: Peer): Fault {
    const fault = toFault(thrown)
    const { log, journal, clock } = this.#rooms
    logFault(log, fault, null)
    try {
      journal.append(faultEvent(clock, fault, null))
    } catch (error) {
      // The journal may be what failed; the log has the fault with its peer.
      logFault(log, toFault(error, 'record.unavailable', { peer: peer.address }), null)
    }
    return fault
  }
}
