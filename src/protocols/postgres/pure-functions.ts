// Built-in functions that only compute. A statement that calls anything else may change something, whatever its own words
// say, so its record must be on disk first (G1). The list decides when, never whether something is allowed.

const names =
  'abs array_agg array_length array_to_string avg bool_and bool_or btrim cardinality ceil ceiling char_length ' +
  'character_length coalesce concat concat_ws count cume_dist current_database current_schema current_schemas date_bin ' +
  'date_part date_trunc dense_rank div every exp extract first_value floor format format_type generate_series ' +
  'generate_subscripts greatest initcap json_agg json_array_elements json_array_elements_text json_build_array ' +
  'json_build_object json_each json_each_text json_object_agg json_typeof jsonb_agg jsonb_array_elements ' +
  'jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text ' +
  'jsonb_object_agg jsonb_typeof lag last_value lead least left length ln log lower lpad ltrim max md5 min mod now ' +
  'nth_value ntile nullif octet_length overlay percent_rank percentile_cont percentile_disc pg_get_constraintdef ' +
  'pg_get_expr pg_get_indexdef pg_table_is_visible pg_type_is_visible obj_description col_description position power ' +
  'quote_ident quote_literal rank regexp_match regexp_matches regexp_replace regexp_split_to_array repeat replace ' +
  'reverse right round row_number row_to_json rpad rtrim sign split_part sqrt stddev string_agg string_to_array strpos ' +
  'substr substring sum timezone to_char to_date to_json to_jsonb to_number to_timestamp translate trim trunc unnest ' +
  'upper variance version width_bucket'

const pure: ReadonlySet<string> = new Set(names.split(' '))

export function isPureFunction(name: string): boolean {
  // Without the prefix a name could be found elsewhere first, but nobody can put a function before pg_catalog by default.
  return pure.has(name.startsWith('pg_catalog.') ? name.slice('pg_catalog.'.length) : name)
}
