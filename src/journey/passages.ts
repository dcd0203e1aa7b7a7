// Makes the passages of one session and measures what goes through them. It refuses to know whether an action may pass: that was
// judged, and recorded, before it is asked.

import type { Connection } from '../kernel/connection.ts'
import type { Circumstances } from '../kernel/decision.ts'
import type { ExposureCount, Position } from '../kernel/event.ts'
import type { Pseudonyms } from '../kernel/masker.ts'
import type { Principal } from '../kernel/principal.ts'
import { Downstream } from './downstream.ts'
import { LivePassage } from './passage.ts'
import { seesNothing } from './recording.ts'
import type { Rooms } from './rooms.ts'

/** Whose passages they are. */
export interface PassageOwner {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly circumstances: Circumstances
  /** Where `session.open` stands in the journal. */
  readonly opened: Position
  /** Called when an action has ended. */
  readonly whenEnded: () => void
}

export class Passages {
  /** The session's own: what is no action. A byte protocol's answers are cut anywhere, so its actions share this stream. */
  readonly own: LivePassage
  readonly downstream: Downstream
  readonly #rooms: Rooms
  readonly #owner: PassageOwner
  #busy = 0
  #bytesSent = 0
  #bytesScanned = 0
  #matches = 0

  constructor(rooms: Rooms, owner: PassageOwner) {
    this.#rooms = rooms
    this.#owner = owner
    this.downstream = this.newDownstream()
    this.own = this.#make(0, owner.opened, this.downstream, () => undefined)
  }

  /** Actions that passed and have not ended. */
  get busy(): number {
    return this.#busy
  }

  /** For the session's statement: what was released, and how much of it was looked through for the credential. */
  get exposure(): ExposureCount {
    return { bytesSent: this.#bytesSent, bytesScanned: this.#bytesScanned, matches: this.#matches }
  }

  /** @param action its number, from 1 */
  open(action: number, began: Position, downstream: Downstream): LivePassage {
    this.#busy++
    return this.#make(action, began, downstream, this.#ended)
  }

  /** A stream of its own, for an answer that is whole by itself. */
  newDownstream(): Downstream {
    const { authorizer, masking } = this.#rooms
    const { principal, circumstances, connection } = this.#owner
    const view = authorizer.allows('view', principal, circumstances)
    return new Downstream(masking.open(view, connection.name), this.#scanned)
  }

  #make(action: number, began: Position, downstream: Downstream, ended: () => void): LivePassage {
    const { journal, clock, durability, masking } = this.#rooms
    const { id, connection } = this.#owner
    return new LivePassage({
      session: id,
      action,
      began,
      journal,
      clock,
      durability,
      capture: connection.capture,
      downstream,
      newPseudonyms: () => this.#newPseudonyms(),
      newRecordMasker: () => masking.open(seesNothing, connection.name),
      released: this.#released,
      ended,
    })
  }

  #newPseudonyms(): Pseudonyms {
    const { authorizer, masking } = this.#rooms
    const { principal, circumstances, connection } = this.#owner
    return masking.pseudonyms({
      connection: connection.name,
      discloses: authorizer.allows('disclose', principal, circumstances),
      restores: (tool) => authorizer.allows('restore', principal, circumstances, tool),
    })
  }

  readonly #released = (bytes: number): void => {
    this.#bytesSent += bytes
  }

  readonly #scanned = (bytes: number, matches: number): void => {
    this.#bytesScanned += bytes
    this.#matches += matches
  }

  readonly #ended = (): void => {
    this.#busy--
    this.#owner.whenEnded()
  }
}
