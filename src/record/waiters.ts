// Everybody who waits for the same flush or sync, in one promise: how many wait costs nothing here.

import type { Fault } from '../kernel/fault.ts'

export class Waiters {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (fault: Fault) => void

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // Somebody may have stopped waiting; those who have not see the rejection all the same.
    promise.catch(() => undefined)
    this.promise = promise
    this.resolve = resolve
    this.reject = reject
  }
}
