// The operator's log: one line an event, names and numbers only. Never traffic, never secrets.

export interface Log {
  info(what: string, facts?: LogFacts): void
  warn(what: string, facts?: LogFacts): void
  error(what: string, facts?: LogFacts): void
}

export interface LogFacts {
  readonly [name: string]: string | number | boolean | null | undefined
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
