// One thing asked, and what it would do. A plug-in says it in its own words; authorize/ decides on it, record/ keeps it.

/** Values Cedar understands. A Set is an array; order does not matter. */
export type CedarValue = boolean | number | string | readonly CedarValue[] | { readonly [key: string]: CedarValue }

/**
 * What an action would do. Cached by its author and shared between equal actions: the same object may be judged many
 * times, so authorize/ keys its own cache by identity first and by `key` second. Deep-frozen by convention.
 */
export interface Facts {
  /** Cedar action ids (`sql:select`, `model:message`); each must be allowed. Never empty. */
  readonly actions: readonly string[]
  /** May it change anything at the target? Decides when the record must be on disk (G1). Unknown is true. */
  readonly effectful: boolean
  /** False when something could not be understood; then `actions` holds every action of the protocol (G3). */
  readonly complete: boolean
  /** Cedar context under the plug-in's own key: `{ sql: { unfiltered: true, … } }`. Must fit the plug-in's schema fragment. */
  readonly context: { readonly [key: string]: CedarValue }
  /** Equal exactly when the facts are equal; part of the decision cache's key. */
  readonly key: string
}

export interface Action {
  /** What people read in a list: `SELECT`, `POST /v1/messages claude-opus-5`. At most 200 characters; no values. */
  readonly label: string
  readonly facts: Facts
  /**
   * Exactly what was asked, as bytes that are equal only when the requests are: an approval is bound to its SHA-256
   * (G4), with the principal, the connection and the policy version. Called only when something is held.
   */
  canonical(): readonly Uint8Array[]
  /** What is recorded of the request, in parts. */
  readonly parts: readonly Part[]
}

/** A piece of a request as it is recorded: masked first, then stored. */
export interface Part {
  /** What it is, for people and for the renderer: `sql`, `parameter $1 int4`, `message 3 user`. */
  readonly role: string
  /** How the masker should look at it. */
  readonly field: FieldContext
  readonly bytes: Uint8Array
  /**
   * Given when the same part is likely to come again in this run (a conversation is resent every turn): the SHA-256 of
   * `bytes`, hexadecimal. A part whose digest was recorded before in the session is stored as a reference.
   */
  readonly digest: string | null
}

/** What is known of a value besides its bytes. One object a column, key or header, made once and reused: caches hang on it. */
export interface FieldContext {
  /** Column name, JSON key, header name; null when there is none. */
  readonly name: string | null
  /**
   * How text lies in the bytes: `text` is all of it; `json` in its strings; `form` in the names and values of
   * application/x-www-form-urlencoded; `terminal` between escape sequences; `opaque` cannot hold text (integers, timestamps,
   * uuid) and is skipped.
   */
  readonly content: 'text' | 'json' | 'form' | 'terminal' | 'opaque'
}

export const plainText: FieldContext = Object.freeze({ name: null, content: 'text' })
export const opaque: FieldContext = Object.freeze({ name: null, content: 'opaque' })
