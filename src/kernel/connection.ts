// A registered target. The credential is a reference: what it points to is known in dial/ only.

export interface Connection {
  readonly name: string
  /** A plug-in's id. */
  readonly protocol: string
  readonly target: URL
  readonly tags: readonly string[]
  readonly capture: Capture
  /** Where it comes from, for people: `sallyport.yaml:24`. */
  readonly source: string
}

export interface Capture {
  /** `full` keeps responses up to `bytesPerAction`; `digest` keeps hash and counts only. */
  readonly mode: 'full' | 'digest'
  readonly bytesPerAction: number
}
