// A log whose own operator left something out: tree, tiles and checkpoint are whole and signed by the right key. Only the
// chains and the seals can tell.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { before, test } from 'node:test'
import { openPublisher } from '../publisher.ts'
import { MemoryObjects } from '../memory-objects.ts'
import { gatewayEvent, Script } from '../testing/journal.ts'
import { origin, TestLog, testVkey } from '../testing/log.ts'
import { CompactRange } from '../tlog/compact-range.ts'
import { hashLeaf } from '../tlog/hash.ts'
import { toJcs, type JsonValue } from '../tlog/jcs.ts'
import { parseTlogPolicy } from '../tlog/tlog-policy.ts'
import type { VerdictName } from './report.ts'
import { verifyLog } from './verify-log.ts'

let log: TestLog
let honest: readonly string[]

before(async () => {
  log = new TestLog()
  const [a, b] = [new Script('ses_A'), new Script('ses_B', 40)]
  log.journal.append(gatewayEvent('start'), a.open(), ...a.action(1), b.open(), ...b.action(1), a.refused(2), a.end())
  await log.sealer.flush()
  log.journal.boot = 'boot_2'
  log.journal.append(gatewayEvent('start', 70_000))
  await log.sealer.flush()
  honest = log.entries().map((entry) => Buffer.from(entry).toString())
})

/** Signs and publishes these entries as if they were all there ever was. */
async function publish(texts: readonly string[]): Promise<MemoryObjects> {
  const objects = new MemoryObjects()
  for (const [key, bytes] of log.objects.files) if (/^(seal|payload)\//.test(key)) objects.files.set(key, bytes)
  const entries = texts.map((text) => Buffer.from(text))
  const tree = new CompactRange()
  for (const entry of entries) tree.append(hashLeaf(entry))
  const state = { tree: { size: tree.size, frontier: tree.toBytes() }, staged: { first: 0, entries } }
  await openPublisher(objects, origin, log.keys.log, state)
  return objects
}

async function findings(texts: readonly string[], verdict: VerdictName): Promise<readonly string[]> {
  const policy = parseTlogPolicy(`log ${testVkey()}\nquorum none\n`)
  if ('problem' in policy) assert.fail(policy.problem)
  const report = await verifyLog({ reader: await publish(texts), policy })
  assert.equal(report.verdicts.find(({ name }) => name === 'INCLUSION')?.outcome, 'PASS')
  return report.verdicts.find(({ name }) => name === verdict)?.findings ?? []
}

type Members = Record<string, JsonValue>

/** Numbers and links every chain anew, as a careful liar would. */
function relink(texts: readonly string[]): string[] {
  const chains = new Map<string, { seq: number; prev: string }>()
  return texts.map((text) => {
    const leaf = JSON.parse(text) as Members
    if (leaf['v'] !== 1) return text
    const name = toJcs(leaf['sid'] ?? null)
    const last = chains.get(name)
    const linked = toJcs({ ...leaf, seq: (last?.seq ?? -1) + 1, prev: last?.prev ?? null })
    chains.set(name, { seq: (last?.seq ?? -1) + 1, prev: hash('sha256', `\0${linked}`) })
    return linked
  })
}

const indexOf = (part: string): number => honest.findIndex((text) => text.includes(part))
const without = (index: number): string[] => honest.toSpliced(index, 1)

test('told honestly, it is whole', async () => {
  assert.deepEqual(await findings(honest, 'COMPLETENESS'), [])
  assert.deepEqual(relink(honest), honest)
})

test('a refusal that is left out', async () => {
  const index = indexOf('"t":"decision"')
  assert.deepEqual((await findings(without(index), 'COMPLETENESS')).slice(0, 1), [
    `entry 2 of session ses_A missing before log entry ${index}`,
  ])
})

test('a refusal that is left out, with the rest of its session numbered and linked anew', async () => {
  const index = indexOf('"t":"decision"')
  const name = `the seal of session ses_A (entry ${indexOf('"kind":"dsse"') - 1})`
  assert.deepEqual((await findings(relink(without(index)), 'COMPLETENESS')).slice(0, 3), [
    `${name}: its last_index is not that of the log`,
    `${name}: its count is not that of the log`,
    `${name}: its rfc6962_root is not that of the log`,
  ])
})

test('an entry that says something else', async () => {
  const index = indexOf('"t":"decision"')
  const other = honest.with(index, (honest[index] ?? '').replace('"outcome":"deny"', '"outcome":"none"'))
  const [first] = await findings(other, 'COMPLETENESS')
  assert.equal(first, `log entry ${index + 1} does not follow entry 2 of session ses_A`)
  assert.deepEqual(await findings(relink(other), 'COMPLETENESS'), [
    `the seal of session ses_A (entry ${indexOf('"kind":"dsse"')}): its rfc6962_root is not that of the log`,
  ])
})

test('two entries of a session that changed places', async () => {
  const index = indexOf('"t":"decision"')
  const earlier = honest.findLastIndex((text, i) => i < index && text.includes('"sid":"ses_A"'))
  const swapped = honest.with(index, honest[earlier] ?? '').with(earlier, honest[index] ?? '')
  assert.ok(
    (await findings(swapped, 'COMPLETENESS')).includes(
      `log entry ${index} repeats or reorders entry 1 of session ses_A`,
    ),
  )
})

test('a seal that is left out, and a whole end', async () => {
  const seal = indexOf('"kind":"dsse"')
  assert.deepEqual((await findings(without(seal), 'COMPLETENESS')).slice(0, 1), ['session ses_A ended and has no seal'])
  const open = honest.toSpliced(seal - 1, 2)
  assert.ok((await findings(open, 'COMPLETENESS')).includes('session ses_A has no end, though its gateway is over'))
  assert.ok(
    (await findings(open, 'COMPLETENESS')).some((line) =>
      /^session ses_A was not closed before the gateway went on at entry \d+$/.test(line),
    ),
  )
})

test('a seal that belongs to nobody', async () => {
  const seal = honest[indexOf('"kind":"dsse"')] ?? ''
  assert.deepEqual(await findings([...honest, seal], 'COMPLETENESS'), [
    `entry ${honest.length} is a seal that follows no end of a session`,
  ])
})

test('a session that goes on after its seal', async () => {
  const leaf = honest[indexOf('"t":"session.open"')] ?? ''
  assert.deepEqual((await findings([...honest, leaf], 'COMPLETENESS')).slice(0, 1), [
    `entry ${honest.length} belongs to session ses_A, which was sealed before it`,
  ])
})

test('an object that is not told of', async () => {
  const index = indexOf('"t":"payload"')
  assert.ok(
    (await findings(relink(without(index)), 'COMPLETENESS')).includes('object 1 of session ses_A was never sealed'),
  )
  const skipped = (honest[index] ?? '').replaceAll('"n":1,', '"n":3,')
  assert.ok(
    (await findings(relink(honest.with(index, skipped)), 'COMPLETENESS')).includes(
      'object 1 of session ses_A is missing',
    ),
  )
})

test('what is no leaf, and what is another log’s', async () => {
  assert.deepEqual(await findings([...honest, '{"v":1}', 'no JSON', `{"v":"${'x'.repeat(9000)}"}`], 'INTEGRITY'), [
    `entry ${honest.length} is neither a leaf nor a sealed statement`,
    `entry ${honest.length + 1} is neither a leaf nor a sealed statement`,
    `entry ${honest.length + 2} is neither a leaf nor a sealed statement`,
  ])
  const foreign = relink([...honest, (honest.at(-1) ?? '').replace(origin, 'other.example')])
  assert.deepEqual(await findings(foreign, 'INTEGRITY'), [`entry ${honest.length} is of another log: "other.example"`])
})
