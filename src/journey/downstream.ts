// One stream of bytes towards a client: its masker, its scan for the target's credentials, and the few bytes held back
// because they could be the beginning of one. A byte protocol has one for its session, HTTP one for each response.

import { Needles, type LeakScan } from '../dial/needles.ts'
import { Fault, toFault } from '../kernel/fault.ts'
import type { Carrier, Masker, Pseudonyms } from '../kernel/masker.ts'

const nothing = new Uint8Array(0)
const noNeedles = new Needles([])

/** Bytes scanned and credentials found, for the session's statement. */
export type Counted = (scannedBytes: number, matches: number) => void

export class Downstream {
  #masker: Masker
  readonly #counted: Counted
  /** Until a credential is on its way to the target there is none to look for. */
  #scan: LeakScan = noNeedles.scan()
  /** Seen by the scan, not released yet; never longer than the longest encoding of the credential. */
  #held: Uint8Array = nothing

  constructor(masker: Masker, counted: Counted) {
    this.#masker = masker
    this.#counted = counted
  }

  get masker(): Masker {
    return this.#masker
  }

  /** From here on, what was kept from the target is put back. */
  restore(pseudonyms: Pseudonyms): void {
    this.#masker = pseudonyms.restoring(this.#masker)
  }

  /** The target is given this credential: from here on it is looked for. */
  scanFor(needles: Needles): void {
    this.#scan = needles.scan()
  }

  /** @throws Fault `mask.failed` when the carrier broke; Faults of the carrier as they are */
  mask(chunk: Uint8Array, carrier: Carrier): Uint8Array {
    try {
      return carrier.carry(chunk, this.#masker)
    } catch (error) {
      throw toFault(error, 'mask.failed')
    }
  }

  /** What the carrier held back. */
  maskRest(carrier: Carrier): Uint8Array {
    try {
      return carrier.finish(this.#masker)
    } catch (error) {
      throw toFault(error, 'mask.failed')
    }
  }

  /**
   * @returns the bytes that may go on: the same object as a rule
   * @throws Fault `credential.exposed`
   */
  scan(bytes: Uint8Array): Uint8Array {
    const before = this.#scan.scannedBytes
    const found = this.#scan.found(bytes)
    // What the scan says of itself: without a credential to look for it looks at nothing, and nobody may say otherwise.
    this.#counted(this.#scan.scannedBytes - before, found ? 1 : 0)
    if (found) {
      this.#held = nothing
      throw new Fault('credential.exposed', { bytes: bytes.length })
    }
    const tail = this.#scan.tail
    if (tail === 0 && this.#held.length === 0) return bytes
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    this.#held = Buffer.from(all.subarray(all.length - tail))
    return all.subarray(0, all.length - tail)
  }

  /** The response is over: its last bytes did not become a credential. */
  flush(): Uint8Array {
    const rest = this.#held
    this.#held = nothing
    return rest
  }
}
