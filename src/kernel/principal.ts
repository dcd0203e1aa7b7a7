// Who acts. Made by identify/ from a verified token and from nothing else.

export type PrincipalKind = 'human' | 'agent' | 'service' | 'ci'

/** One link of the act chain (RFC 8693 §4.1): who this principal acts for. */
export interface Actor {
  readonly issuer: string
  readonly subject: string
  readonly kind: PrincipalKind
}

export interface Principal extends Actor {
  /** Stable over tokens: `issuer|subject`. */
  readonly id: string
  /** What people are shown; a claim, never used to decide. */
  readonly display: string
  /** Group names after claim mapping, sorted, without duplicates. */
  readonly groups: readonly string[]
  /** From this principal outwards to the human it finally acts for; empty when it acts for itself. */
  readonly act: readonly Actor[]
  /** One agent execution; joins its sessions over all protocols. */
  readonly run: string | null
  /** When the credential that proved this identity ends; sessions end with it. Milliseconds since the epoch. */
  readonly expiresAtMs: number
  /** How it was proved: the token's class and its id (`jti`) or a digest of it; never the token. */
  readonly proof: { readonly method: 'oidc' | 'run-token' | 'connect-credential'; readonly tokenId: string }
  /** The only connection this proof is good for; null when it is good for whatever policy allows. */
  readonly boundTo: string | null
}
