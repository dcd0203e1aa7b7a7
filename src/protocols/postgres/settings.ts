// Settings that a session may change without becoming somebody else or somewhere else. The list says what is harmless;
// what is not on it is security's business: `role` and `session_authorization` change who asks, `search_path` changes
// which table a name means, `standard_conforming_strings` and `client_encoding` change how a text is read.

const harmless: ReadonlySet<string> = new Set([
  'application_name',
  'bytea_output',
  'client_min_messages',
  'cursor_tuple_fraction',
  'datestyle',
  'default_transaction_deferrable',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'extra_float_digits',
  'from_collapse_limit',
  'geqo',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'intervalstyle',
  'jit',
  'join_collapse_limit',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'lock_timeout',
  'plan_cache_mode',
  'quote_all_identifiers',
  'random_page_cost',
  'statement_timeout',
  'time zone',
  'timezone',
  'transaction_deferrable',
  'transaction_isolation',
  'transaction_read_only',
  'transaction_timeout',
  'work_mem',
  'xmlbinary',
  'xmloption',
])

export function isHarmlessSetting(name: string): boolean {
  const lower = name.toLowerCase()
  return harmless.has(lower) || /^enable_[a-z_]+$/.test(lower)
}

/** Names under which PostgreSQL knows UTF-8. */
export function isUtf8Name(value: string): boolean {
  return /^(?:utf-?8|unicode)$/i.test(value)
}

/**
 * Drivers say these two at every start, and mean what is so already. Anchored at both ends: nothing else fits into the text.
 */
const confirmations: readonly RegExp[] = [
  /^\s*set\s+(?:session\s+)?standard_conforming_strings\s*(?:=|\bto\b)\s*(?:on|true|'on'|'true')\s*;?\s*$/i,
  /^\s*set\s+(?:session\s+)?client_encoding\s*(?:=|\bto\b)\s*(?:utf8|unicode|'utf-?8'|'unicode')\s*;?\s*$/i,
  /^\s*set\s+names\s+(?:'utf-?8'|'unicode')\s*;?\s*$/i,
]

export function isConfirmation(sql: string): boolean {
  return confirmations.some((pattern) => pattern.test(sql))
}
