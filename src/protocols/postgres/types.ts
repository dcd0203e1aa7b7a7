// Built-in types by their object id (catalog pg_type; ids below 16384 never change). Only what decides how a value is looked
// at: what cannot hold text, what holds numbers, what is text inside something. A type that is not here may hold anything.

export const oids = {
  bool: 16,
  bytea: 17,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  cidr: 650,
  float4: 700,
  float8: 701,
  unknown: 705,
  money: 790,
  inet: 869,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const

const names = new Map<number, string>(Object.entries(oids).map(([name, oid]) => [oid, name]))

/** For people: `int4`; `oid 16402` for a type of the database's own; `unknown` when the client left it to the server. */
export function toTypeName(oid: number): string {
  return oid === 0 ? 'unknown' : (names.get(oid) ?? `oid ${oid}`)
}

/** Of fixed width and no text: bool, int2, int4, oid, floats, dates and times, uuid, xid, tid, lsn, and arrays and ranges of them. */
const opaque: ReadonlySet<number> = new Set([
  oids.bool,
  oids.int2,
  oids.int4,
  oids.oid,
  oids.float4,
  oids.float8,
  oids.date,
  oids.time,
  oids.timestamp,
  oids.timestamptz,
  oids.interval,
  oids.timetz,
  oids.uuid,
  22,
  24,
  27,
  28,
  29,
  30,
  2202,
  2205,
  2206,
  3220,
  5069,
  1000,
  1005,
  1007,
  1021,
  1022,
  1028,
  1115,
  1182,
  1183,
  1185,
  1187,
  1270,
  2951,
  3904,
  3908,
  3910,
  3912,
])

export function isOpaqueType(oid: number): boolean {
  return opaque.has(oid)
}

/** Wide enough for a card or an account number, and not text to a client's driver. */
export function isNumberType(oid: number): boolean {
  return oid === oids.int8 || oid === oids.numeric
}

export function isJsonType(oid: number): boolean {
  return oid === oids.json || oid === oids.jsonb
}

const text: ReadonlySet<number> = new Set([oids.text, oids.name, oids.varchar, oids.bpchar, oids.unknown, 18, 142])

/** The same bytes in text and in binary. */
export function isTextType(oid: number): boolean {
  return text.has(oid)
}
