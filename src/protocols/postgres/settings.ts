// Settings that a session may change without becoming somebody else or somewhere else. The list says what is harmless;
// what is not on it is security's business: `role` and `session_authorization` change who asks, `search_path` changes
// which table a name means, `standard_conforming_strings` and `client_encoding` change how a text is read.

const harmless: ReadonlySet<string> = new Set([
  // Everything back to the start-up packet, in which encoding and quoting are pinned.
  '*',
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
