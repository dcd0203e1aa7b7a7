// Throws changed inputs at a target for its share of the time, and shows the shortest one that breaks a promise. What made
// the target do something new is kept and changed further: a check says in a word what it saw.
//
//   SALLYPORT_FUZZ_SECONDS=600  all targets together (default 60)
//   SALLYPORT_FUZZ_SEED=new     other cases than every other run; or the number that such a run showed
//
// Without a seed the cases are the same every time: what turns a run red is then a change, and not its luck.

import { AssertionError } from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { seed } from '../harness/depth.ts'
import { findingsOf, toBytes } from './corpus.ts'
import { mutate, type Material } from './mutation.ts'
import { Random, seedOf } from './random.ts'
import { budgetMs, type TargetName } from './shares.ts'

export interface Target {
  readonly name: TargetName
  /** Good inputs, and bad ones that are known. */
  readonly seeds: readonly Uint8Array[]
  readonly words?: readonly string[]
  readonly maxBytes?: number
  /** Throws when a promise is broken. @returns what kind of thing happened, in few different words */
  readonly check: (input: Uint8Array, random: Random) => string | Promise<string>
}

const defaultMaxBytes = 16 * 1024
const maxKept = 4_000
const choicesOfFound = 25
const seedsAsTheyAre = 20
const empty = new Uint8Array(0)
/** Processor time of one case: more is a way to stop the gateway. */
const maxCaseMs = 3_000
const shrinkMs = 5_000
const shownBytes = 1_500

export function fuzz(target: Target): void {
  test(target.name, async (context) => {
    const ran = await run(target)
    context.diagnostic(
      `${target.name}: ${ran.cases} cases, ${ran.kinds} kinds of outcome, ${ran.seconds} s, seed ${seed}`,
    )
  })
}

interface Ran {
  readonly cases: number
  readonly kinds: number
  readonly seconds: string
}

async function run(target: Target): Promise<Ran> {
  const random = new Random(seedOf(seed, target.name))
  // What was found once may have needed a certain choice of cuts: it is tried with many.
  const found = findingsOf(target.name).flatMap((input) => Array.from({ length: choicesOfFound }, () => input))
  // A few seeds as they are: their own tests try them all.
  const known = [...found, ...Array.from({ length: seedsAsTheyAre }, () => random.pick(target.seeds, empty))]
  const pool = [...findingsOf(target.name), ...target.seeds]
  const material: Material = {
    pool,
    words: (target.words ?? []).map(toBytes),
    maxBytes: target.maxBytes ?? defaultMaxBytes,
  }
  const kinds = new Set<string>()
  const started = performance.now()
  const until = started + budgetMs(target.name)
  let cases = 0
  for (; cases < known.length || performance.now() < until; cases++) {
    const input = known[cases] ?? mutate(random, random.pick(pool, empty), material)
    const kind = await tried(target, input, random.uint32(), cases)
    if (kinds.has(kind)) continue
    kinds.add(kind)
    if (cases >= known.length && pool.length < maxKept) pool.push(input)
  }
  return { cases, kinds: kinds.size, seconds: ((performance.now() - started) / 1000).toFixed(1) }
}

async function tried(target: Target, input: Uint8Array, choices: number, index: number): Promise<string> {
  try {
    return await once(target, input, choices)
  } catch (error) {
    const short = await shortened(target, input, choices)
    const said = error instanceof Error ? error.message : String(error)
    const message = `seed ${seed}, case ${index}: ${said.slice(0, shownBytes)}\n${shown(short)}`
    // What a check itself says needs no stack; what it did not expect does.
    throw error instanceof AssertionError ? new Error(message) : new Error(message, { cause: error })
  }
}

/** The same choices for the same input, whatever was tried before: shorter inputs fail for the same reason. */
async function once(target: Target, input: Uint8Array, choices: number): Promise<string> {
  const before = process.cpuUsage()
  const kind = await target.check(Uint8Array.from(input), new Random(choices))
  const { user, system } = process.cpuUsage(before)
  if ((user + system) / 1000 > maxCaseMs)
    throw new Error(`it took ${Math.round((user + system) / 1000)} ms of processor time`)
  return kind
}

/** Parts are left out, halves first, as long as it still fails. */
async function shortened(target: Target, input: Uint8Array, choices: number): Promise<Uint8Array> {
  const until = performance.now() + shrinkMs
  const fails = async (one: Uint8Array): Promise<boolean> =>
    await once(target, one, choices).then(
      () => false,
      () => true,
    )
  let best = input
  for (let part = best.length >> 1; part > 0 && performance.now() < until; part >>= 1) {
    for (let at = 0; at + part <= best.length && performance.now() < until;) {
      const shorter = Uint8Array.from(Buffer.concat([best.subarray(0, at), best.subarray(at + part)]))
      if (await fails(shorter)) best = shorter
      else at += part
    }
  }
  return best
}

/** As a row for corpus/fuzz. */
function shown(input: Uint8Array): string {
  const bytes = Buffer.from(input)
  const isText = Buffer.from(bytes.toString('utf8')).equals(bytes)
  const row = { input: isText ? bytes.toString('utf8') : { base64: bytes.toString('base64') }, why: '' }
  const text = JSON.stringify(row)
  return `${bytes.length} bytes: ${text.length > shownBytes ? `${text.slice(0, shownBytes)}…` : text}`
}
