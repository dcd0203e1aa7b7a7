import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { runs } from '../../test/harness/depth.ts'
import { actionsOf, answered, openBench, readAll } from './testing/fixture.ts'
import type { Bench } from './testing/fixture.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'

type Step =
  | { readonly do: 'append'; readonly events: number; readonly bytes: number }
  | { readonly do: 'turn' }
  | { readonly do: 'durable' }
  | { readonly do: 'break'; readonly operation: 'write' | 'sync' | 'create'; readonly steps: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append'), events: fc.integer({ min: 1, max: 4 }), bytes: fc.nat(300) }),
  },
  { weight: 4, arbitrary: fc.constantFrom<Step>({ do: 'turn' }, { do: 'durable' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('break'),
      operation: fc.constantFrom('write', 'sync', 'create'),
      steps: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

interface Run {
  /** Every action that was appended, in order. */
  readonly appended: readonly number[]
  /** Those of them whose `durable` had resolved. */
  readonly acknowledged: readonly number[]
}

/** Does the steps and stops in the middle of whatever is going on. */
async function work({ disk, journal }: Bench, steps: readonly Step[], from: number): Promise<Run> {
  const appended: number[] = []
  const acknowledged: number[] = []
  let last: undefined | Promise<void>
  let brokenFor = 0
  for (const one of steps) {
    if (one.do === 'append') {
      for (let count = 0; count < one.events && journal.failed === null; count++) {
        const action = from + appended.length
        appended.push(action)
        last = journal.durable(journal.append(answered(action, Buffer.alloc(one.bytes, action))))
        last?.then(
          () => acknowledged.push(action),
          () => undefined,
        )
      }
    } else if (one.do === 'durable') await last?.catch(() => undefined)
    else if (one.do === 'turn') await new Promise((resolve) => setTimeout(resolve, 1))
    else {
      brokenFor = one.steps
      disk.fault = (operation) => (operation === one.operation ? 'EIO' : null)
    }
    if (--brokenFor === 0) disk.fault = () => null
  }
  return { appended, acknowledged: [...acknowledged] }
}

function checkRead(read: readonly number[], run: Run): void {
  const found = new Set(read)
  for (const action of run.acknowledged) assert.ok(found.has(action), `acknowledged action ${action} is lost`)
  assert.deepEqual(
    read,
    run.appended.filter((action) => found.has(action)),
    'order',
  )
}

test('whatever is cut at whatever moment: nothing acknowledged is lost, order holds, and the next start goes on', async () => {
  const limits = { probeEveryMs: 1, syncAfterMs: 3, segmentBytes: 900 }
  const cut = fc.oneof(fc.constant<null>(null), fc.infiniteStream(fc.boolean()))
  const cuts = fc.asyncProperty(
    fc.array(step, { maxLength: 25 }),
    fc.array(step, { maxLength: 10 }),
    cut,
    async (a, b, keeps) => {
      const leave = (disk: MemoryDisk): MemoryDisk =>
        keeps === null ? disk.afterKill() : disk.afterPowerCut(() => keeps.next().value)
      const first = await openBench(limits)
      const one = await work(first, a, 1)
      const left = leave(first.disk)
      const second = await openBench(limits, left, 'boot_2')
      checkRead(actionsOf(readAll(left)), one)
      const two = await work(second, b, 1 + one.appended.length)
      const rest = leave(left)
      const third = await openBench(limits, rest, 'boot_3')
      const both = {
        appended: [...one.appended, ...two.appended],
        acknowledged: [...one.acknowledged, ...two.acknowledged],
      }
      checkRead(actionsOf(readAll(rest)), both)
      assert.deepEqual(readAll(rest, 'whole'), readAll(rest))
      for (const bench of [first, second, third]) {
        bench.disk.fault = () => null
        await bench.journal.close().catch(() => undefined)
      }
    },
  )
  await fc.assert(cuts, { numRuns: runs(200) })
})
