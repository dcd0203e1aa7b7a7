// What a look at something says: how it is, and what to do.

export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warn' | 'wrong'
  readonly what: string
  readonly fix: string | null
}

export function ok(check: string, what: string): Finding {
  return { check, state: 'ok', what, fix: null }
}

export function warn(check: string, what: string, fix: string): Finding {
  return { check, state: 'warn', what, fix }
}

export function wrong(check: string, what: string, fix: string): Finding {
  return { check, state: 'wrong', what, fix }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
