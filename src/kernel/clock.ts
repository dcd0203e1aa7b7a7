// The only source of time. Nothing else in src/ may call Date.now or performance.now, so that a test can stand still
// and a verifier can say which clock an event was stamped with.

export interface Clock {
  /** Wall time, milliseconds since the Unix epoch. May step backwards; never measure a duration with it. */
  nowMs(): number
  /** Monotonic milliseconds since an arbitrary start; for deadlines and durations. */
  upMs(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  upMs: () => performance.now(),
}
