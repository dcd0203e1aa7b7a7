// What every codec must do, whatever it speaks: the same for every cut of the bytes, nothing to a target that was not granted,
// faults and nothing else for what it cannot read, bounded memory, refusals that its clients can read. Test code: a plug-in's
// own test calls `checkConformance` with conversations in its protocol; recorded wishes fulfil them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { size } from '../../test/harness/depth.ts'
import { denied, RecordingWishes, type WishOptions } from '../../test/harness/recording-wishes.ts'
import { Fault } from '../kernel/fault.ts'
import type { CodecProtocol } from '../kernel/protocol.ts'

export interface Step {
  readonly from: 'client' | 'target'
  readonly bytes: Uint8Array
}

export interface Conversation {
  readonly name: string
  /** After `start`. */
  readonly steps: readonly Step[]
}

export interface ConformanceRig {
  readonly newProtocol: () => CodecProtocol
  /** From the first byte to where requests begin; played first in every conversation. */
  readonly start: readonly Step[]
  readonly conversations: readonly Conversation[]
  /** One request, whole, that the target is asked only when it passed. */
  readonly request: Uint8Array
  /** Beginnings of frames that are too long or impossible: by whom, and whether they come first of all. */
  readonly impossible: readonly (Step & { readonly name: string; readonly isFirst: boolean })[]
  /** What is random in what a client is told, made equal. */
  readonly withoutRandom: (told: Buffer) => Buffer
  /** The words of the refusals in what a client was told. */
  readonly refusalsIn: (told: Buffer) => readonly string[]
}

/** A stalled peer must stop its client before this much was taken from it. */
const maxTakenBytes = 32 * 1024 * 1024

interface Played {
  readonly client: string
  readonly target: string
  readonly actions: readonly string[]
  readonly outcomes: readonly string[]
}

export function checkConformance(rig: ConformanceRig): void {
  for (const conversation of rig.conversations) {
    test(`any cut of the bytes gives the same: ${conversation.name}`, () => sameForEveryCut(rig, conversation))
  }
  test('nothing goes to a target that was not granted', () => nothingBeforeGrant(rig))
  test('no passage, no bytes', () => nothingBeforePassage(rig))
  for (const frame of rig.impossible) {
    test(`refused before anything is made of it: ${frame.name}`, () => refusedAtOnce(rig, frame))
  }
  test('random bytes give only faults', () => onlyFaults(rig))
  test('a stalled target stops its client', () => boundedWhenStalled(rig))
  test('a refusal is readable, and says why', () => readableRefusal(rig))
  test('a client that goes away leaves nothing open', () => nothingLeftOpen(rig))
}

async function play(rig: ConformanceRig, steps: readonly Step[], options: WishOptions = {}): Promise<RecordingWishes> {
  const wishes = new RecordingWishes(rig.newProtocol(), { answers: 'later', ...options })
  for (const step of steps) await take(wishes, step)
  return wishes
}

async function take(wishes: RecordingWishes, { from, bytes }: Step): Promise<void> {
  // The reader's buffer is used again as soon as the codec returns: what it keeps it must have copied.
  const chunk = Buffer.from(bytes)
  if (from === 'client') wishes.codec.fromClient(chunk)
  else wishes.codec.fromTarget(chunk)
  chunk.fill(0xaa)
  wishes.settle()
  await turn()
  wishes.settle()
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function toPlayed(rig: ConformanceRig, wishes: RecordingWishes): Played {
  return {
    client: rig.withoutRandom(wishes.toClient).toString('latin1'),
    target: wishes.toTarget.toString('latin1'),
    actions: wishes.actions.map((action) =>
      [
        action.label,
        action.facts.key,
        ...action.parts.map(({ role, bytes }) => `${role}=${Buffer.from(bytes).toString('hex')}`),
      ].join(),
    ),
    outcomes: wishes.outcomes,
  }
}

async function sameForEveryCut(rig: ConformanceRig, { steps }: Conversation): Promise<void> {
  const all = [...rig.start, ...steps]
  const expected = toPlayed(rig, await play(rig, all))
  assert.notEqual(expected.client, '')
  const cutAt = async (cuts: (step: Step) => readonly number[]): Promise<void> => {
    const pieces = all.flatMap((step) => cut(step, cuts(step)))
    assert.deepEqual(toPlayed(rig, await play(rig, pieces)), expected)
  }
  await cutAt(({ bytes }) => Array.from(bytes.keys()))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), (parts) =>
      cutAt(({ bytes }) => parts.map((part) => Math.floor(part * bytes.length))),
    ),
    { numRuns: size(25, 5) },
  )
}

function cut({ from, bytes }: Step, at: readonly number[]): Step[] {
  const edges = [...new Set([0, ...at, bytes.length])].toSorted((a, b) => a - b)
  return edges.slice(1).map((end, index) => ({ from, bytes: bytes.subarray(edges[index], end) }))
}

async function nothingBeforeGrant(rig: ConformanceRig): Promise<void> {
  const refusals: WishOptions[] = [{ identity: denied('You are nobody.') }, { opened: denied('Not this one.') }]
  for (const options of refusals) {
    const wishes = new RecordingWishes(rig.newProtocol(), { answers: 'later', ...options })
    for (const step of rig.start) if (step.from === 'client' && wishes.closed === null) await take(wishes, step)
    assert.equal(wishes.toTarget.length, 0)
    assert.notEqual(wishes.closed, null)
    const [reason] = rig.refusalsIn(wishes.toClient)
    assert.match(reason ?? '', /You are nobody|Not this one/)
  }
}

async function nothingBeforePassage(rig: ConformanceRig): Promise<void> {
  const wishes = await play(rig, rig.start)
  wishes.takeTarget()
  wishes.codec.fromClient(rig.request)
  assert.equal(wishes.toTarget.length, 0)
  assert.equal(wishes.actions.length, 1)
  wishes.settle()
  assert.notEqual(wishes.toTarget.length, 0)
  assert.equal(wishes.upstream.at(-1)?.action, 1, 'under the passage that was given for it')
}

async function refusedAtOnce(rig: ConformanceRig, frame: ConformanceRig['impossible'][number]): Promise<void> {
  const wishes = await play(rig, frame.isFirst ? [] : rig.start)
  assert.throws(
    () => (frame.from === 'client' ? wishes.codec.fromClient(frame.bytes) : wishes.codec.fromTarget(frame.bytes)),
    (error) =>
      error instanceof Fault && ['frame.too-large', 'frame.malformed', 'upstream.protocol'].includes(error.code),
  )
}

async function onlyFaults(rig: ConformanceRig): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.constantFrom('client', 'target'),
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { minLength: 1, maxLength: 6 }),
      async (isStarted, from, chunks) => {
        const wishes = await play(rig, isStarted ? rig.start : [])
        try {
          for (const bytes of chunks) await take(wishes, { from, bytes })
        } catch (error) {
          assert.ok(error instanceof Fault, String(error))
        }
      },
    ),
    { numRuns: size(150, 30) },
  )
}

async function boundedWhenStalled(rig: ConformanceRig): Promise<void> {
  const wishes = await play(rig, rig.start, { forgets: true })
  const burst = Buffer.concat(Array.from({ length: Math.ceil(65_536 / rig.request.length) }, () => rig.request))
  let taken = 0
  while (!wishes.isPaused) {
    wishes.codec.fromClient(burst)
    taken += burst.length
    assert.ok(taken < maxTakenBytes, 'the client is never stopped')
  }
}

async function readableRefusal(rig: ConformanceRig): Promise<void> {
  const wishes = await play(rig, rig.start, { judge: () => denied('Because of rule seven.') })
  wishes.takeClient()
  wishes.takeTarget()
  await take(wishes, { from: 'client', bytes: rig.request })
  assert.deepEqual(rig.refusalsIn(wishes.toClient), ['Because of rule seven.'])
  assert.equal(wishes.toTarget.length, 0)
  assert.equal(wishes.closed, null, 'the session goes on')
}

async function nothingLeftOpen(rig: ConformanceRig): Promise<void> {
  const wishes = await play(rig, rig.start)
  await take(wishes, { from: 'client', bytes: rig.request })
  wishes.codec.clientClosed()
  assert.ok(wishes.passages.length > 0)
  for (const passage of wishes.passages) assert.equal(passage.outcome?.outcome, 'cut')
}
