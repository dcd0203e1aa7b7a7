// A log spoiled in every way that corpus/seal/tamperings.json knows: the verdict names what was done.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import tamperings from '../../../corpus/seal/tamperings.json' with { type: 'json' }
import { testVkey } from '../testing/log.ts'
import { newLongLog } from '../testing/long-log.ts'
import { emptyRoot } from '../tlog/hash.ts'
import { parseBundle, toBundle } from '../tlog/tile.ts'
import { parseTlogPolicy } from '../tlog/tlog-policy.ts'
import type { VerdictName } from './report.ts'
import { verifyLog } from './verify-log.ts'

type Files = Map<string, Uint8Array>

/** So that there are two full tiles, and one above them. */
const sessions = 76
let whole: Files

before(async () => {
  whole = (await newLongLog(sessions)).files
})

for (const row of tamperings) {
  test(`tampering: ${row.name}`, async () => {
    const files: Files = new Map(whole)
    tamper(files, row)
    const policy = parseTlogPolicy(`log ${testVkey()}\nquorum none\n`)
    if ('problem' in policy) assert.fail(policy.problem)
    const report = await verifyLog({ reader: { get: async (key) => files.get(key) ?? null }, policy })
    assert.ok(!report.isGood)
    const name = row.verdict as VerdictName
    const findings = report.verdicts.find((verdict) => verdict.name === name)?.findings ?? []
    assert.ok(
      findings.some((line) => new RegExp(row.finding).test(line)),
      `${row.why}: ${JSON.stringify(report.verdicts, null, 1)}`,
    )
  })
}

function tamper(files: Files, row: (typeof tamperings)[number]): void {
  const { key: place, from = '' } = row
  if (row.do === 'copy-both') {
    for (const level of ['tile/0', 'tile/entries'])
      files.set(level + place, files.get(level + from) ?? assert.fail(from))
    return
  }
  const key = keyOf(files, place)
  const last = [...files.keys()].sort().findLast((other) => other.startsWith(place.slice(0, -1)))
  const other = row.do === 'copy' ? from : row.do === 'copy-last' ? last : null
  const spoiled = other === null ? spoil(files.get(key) ?? assert.fail(key), row) : (files.get(other ?? '') ?? null)
  if (spoiled === null) files.delete(key)
  else files.set(key, spoiled)
}

/** The first key that fits, when the row ends with a star; of partial tiles the one of the checkpoint. */
function keyOf(files: Files, pattern: string): string {
  if (!pattern.endsWith('*')) return pattern
  const fits = [...files.keys()].sort().filter((key) => key.startsWith(pattern.slice(0, -1)))
  return (pattern.endsWith('.p/*') ? fits.at(-1) : fits[0]) ?? assert.fail(pattern)
}

function spoil(
  bytes: Uint8Array,
  row: { do: string; at?: number; with?: number; from?: string; to?: string },
): Uint8Array | null {
  const { at = 0, with: other = 0, from = '', to = '' } = row
  const entries =
    row.do.endsWith('entry') || row.do.endsWith('entries') ? (parseBundle(bytes, 256) ?? assert.fail()) : []
  const copy = Uint8Array.from(bytes)
  switch (row.do) {
    case 'delete':
      return null
    case 'flip':
      copy[at] = (copy[at] ?? 0) ^ 1
      return copy
    case 'cut':
      return copy.subarray(0, at)
    case 'replace-text':
      return Buffer.from(Buffer.from(bytes).toString().replace(from, to))
    case 'drop-entry':
      return toBundle(entries.toSpliced(at, 1))
    case 'append':
      return Buffer.concat([bytes, Buffer.alloc(32)])
    case 'repeat-entry':
      return toBundle(entries.toSpliced(at, 0, entries[at] ?? emptyRoot))
    case 'swap-entries':
      return toBundle(entries.with(at, entries[other] ?? emptyRoot).with(other, entries[at] ?? emptyRoot))
    default:
      return assert.fail(row.do)
  }
}
