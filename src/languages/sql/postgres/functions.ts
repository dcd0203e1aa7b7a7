// What calling a function by name does, as far as the name tells. A target can define a function of any name that does
// anything: what is neither known here nor built in is a `call`, which a policy may allow by its name.

import type { SqlEffect } from '../facts.ts'
import { builtins } from './builtins.ts'

export interface FunctionRule {
  readonly effects: readonly SqlEffect[]
  /** Runs or reads what its arguments say at run time; null when it does not. */
  readonly hidden: string | null
}

const harmless: FunctionRule = { effects: [], hidden: null }
const unknownFunction: FunctionRule = { effects: ['call'], hidden: null }
const hiddenSql: FunctionRule = { effects: [], hidden: 'it runs SQL that is held in a value' }

const rules = new Map<string, FunctionRule>()

/** Every name in `names`, which are separated by spaces. */
function declare(effects: readonly SqlEffect[], names: string): void {
  for (const name of names.split(/\s+/)) rules.set(name, { effects, hidden: null })
}

// the server's files
declare(
  ['copy-file'],
  `pg_read_file pg_read_binary_file pg_stat_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir pg_ls_archive_statusdir
  pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_current_logfile lo_import lo_export
  pg_file_read pg_file_write pg_file_rename pg_file_unlink pg_file_sync pg_file_length pg_logdir_ls pg_hba_file_rules
  pg_ident_file_mappings pg_show_all_file_settings`,
)
// other sessions, the whole server, replication
declare(
  ['security'],
  `pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_promote pg_backup_start pg_backup_stop
  pg_start_backup pg_stop_backup pg_wal_replay_pause pg_wal_replay_resume pg_logical_emit_message pg_log_standby_snapshot
  pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
  pg_copy_logical_replication_slot pg_drop_replication_slot pg_replication_slot_advance pg_sync_replication_slots
  pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_logical_slot_get_binary_changes
  pg_logical_slot_peek_binary_changes pg_replication_origin_create pg_replication_origin_drop
  pg_replication_origin_advance pg_replication_origin_session_setup pg_replication_origin_session_reset
  pg_replication_origin_xact_setup pg_replication_origin_xact_reset pg_extension_config_dump pg_nextoid
  pg_stop_making_pinned_objects`,
)
declare(
  ['maintenance'],
  `pg_stat_reset pg_stat_reset_shared pg_stat_reset_slru pg_stat_reset_single_table_counters
  pg_stat_reset_single_function_counters pg_stat_reset_replication_slot pg_stat_reset_subscription_stats
  pg_stat_reset_backend_stats pg_stat_force_next_flush pg_stat_clear_snapshot pg_switch_wal pg_switch_xlog
  pg_create_restore_point pg_log_backend_memory_contexts pg_import_system_collations brin_summarize_new_values
  brin_summarize_range brin_desummarize_range gin_clean_pending_list pg_restore_relation_stats
  pg_restore_attribute_stats pg_clear_relation_stats pg_clear_attribute_stats`,
)
declare(
  ['lock'],
  `pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock
  pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared`,
)
// Only what the session took itself, as DISCARD ALL does: pools send it before a connection is used again.
declare(['set'], 'pg_advisory_unlock pg_advisory_unlock_shared pg_advisory_unlock_all')
declare(['listen'], 'pg_notify')
declare(['set'], 'set_config')
// sequences and large objects
declare(
  ['update'],
  'nextval setval lo_creat lo_create lo_from_bytea lo_put lo_open lowrite lo_truncate lo_truncate64 lo_unlink',
)
declare(['select'], 'lo_get loread')

for (const name of `query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema
  table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
  schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema
  run_command_on_workers run_command_on_shards run_command_on_placements run_command_on_colocated_placements
  run_command_on_all_nodes run_command_on_coordinator schedule_in_database alter_job
  ts_stat connectby xpath_table`.split(/\s+/))
  rules.set(name, hiddenSql)

/** Tables and views of pg_catalog that show what the functions above show: password verifiers, the server's own files. */
const catalogRules: ReadonlyMap<string, SqlEffect> = new Map([
  ['pg_authid', 'security'],
  ['pg_shadow', 'security'],
  ['pg_user_mapping', 'security'],
  ['pg_file_settings', 'copy-file'],
  ['pg_hba_file_rules', 'copy-file'],
  ['pg_ident_file_mappings', 'copy-file'],
])

/** What reading this relation is, beyond a `select`; null for almost all. @param schema null when none was written */
export function catalogEffect(schema: string | null, name: string): SqlEffect | null {
  return schema === null || schema === 'pg_catalog' ? (catalogRules.get(name) ?? null) : null
}

/**
 * @param name without a leading `pg_catalog.`; with any other schema it may be anything
 * @param argumentCount how many it is called with: some names run SQL only in one of their forms
 */
export function ruleOf(name: string, argumentCount: number): FunctionRule {
  // An extension lives in whatever schema it was put in, so for these names the schema does not matter.
  const bare = name.slice(name.lastIndexOf('.') + 1)
  if (bare === 'ts_rewrite') return argumentCount === 3 ? harmless : hiddenSql
  // Extensions have one for each shape of a result.
  if (bare.startsWith('dblink') || bare.startsWith('crosstab')) return hiddenSql
  const rule = rules.get(bare)
  // Somebody else's function of that name may do more.
  if (rule !== undefined) return bare === name ? rule : { ...rule, effects: [...rule.effects, 'call'] }
  return builtins.has(name) ? harmless : unknownFunction
}
