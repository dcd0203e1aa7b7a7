// How much of a stream waits, and what a piece costs, when it comes as a model writes it: a few characters at a time. Whatever
// may yet become a finding is held until that is decided.

import type { Buffer } from 'node:buffer'
import type { FieldContext } from '../src/kernel/action.ts'
import { Secret } from '../src/kernel/secret.ts'
import { TextFinder } from '../src/mask/carriers/text-finder.ts'
import { allDetectors } from '../src/mask/detectors/index.ts'
import { FieldPolicies } from '../src/mask/engine/context.ts'
import { RuleSet } from '../src/mask/engine/rule-set.ts'
import { Found } from '../src/mask/found.ts'
import { createMasking } from '../src/mask/index.ts'
import { Editor } from '../src/mask/operators/editor.ts'
import { answer, makeOf, newRandom, textKinds } from './mask-texts.ts'
import { toMarkdown } from './report.ts'

const bytes = 400_000
const mostDelta = 8
const plain: FieldContext = { name: null, content: 'text' }

const set = new RuleSet(allDetectors)
const policies = new FieldPolicies(allDetectors)
const masked = new Set(allDetectors.map(({ dataClass }) => dataClass))
const nothing = new Uint8Array(0)
const operators = { replacement: () => nothing, unseen: () => nothing }
const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })

function* deltasOf(text: Buffer): Generator<Uint8Array> {
  const random = newRandom(8)
  for (let at = 0; at < text.length;) {
    const length = 1 + random(mostDelta)
    yield text.subarray(at, at + length)
    at += length
  }
}

/** Characters that wait after each delta. The texts are ASCII, so a byte is a character. */
function heldAfterEach(text: Buffer): number[] {
  const visibility = { masked, enabled: new Uint8Array(allDetectors.length).fill(1) }
  const finder = new TextFinder(new Editor({ set, visibility, operators }, new Found()), policies.of(plain))
  const held: number[] = []
  for (const delta of deltasOf(text)) {
    finder.feed(delta, 0, delta.length, false)
    held.push(finder.undecided)
  }
  return held
}

/** As the arguments of a tool, in one string; nothing is found in them, so what is not out yet waits. */
function heldInJson(text: Buffer): number[] {
  const stream = masking.open(() => true).stream({ name: null, content: 'json' })
  let waiting = 0
  return Array.from(deltasOf(text), (delta) => (waiting += delta.length - stream.push(delta).length))
}

/** Microseconds of CPU a delta. */
function costOf(text: Buffer, content: 'text' | 'json'): number {
  let best = Infinity
  for (let round = 0; round < 3; round++) {
    const stream = masking.open(() => false).stream({ name: null, content })
    const deltas = [...deltasOf(text)]
    const before = process.cpuUsage()
    for (const delta of deltas) stream.push(delta)
    stream.end()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / deltas.length)
  }
  return best
}

export function benchDelay(): string {
  const prose = makeOf(textKinds.prose, bytes)
  const model = makeOf(answer, bytes)
  const tool = makeOf((random) => `${JSON.stringify({ path: 'src/a.ts', content: answer(random) })}\n`, bytes)
  const rows = [
    toRow('prose', heldAfterEach(prose), costOf(prose, 'text')),
    toRow('answers of a model', heldAfterEach(model), costOf(model, 'text')),
    toRow('arguments of its tools, as JSON', heldInJson(tool), costOf(tool, 'json')),
  ]
  return toMarkdown(['text, in deltas of 1–8 characters', 'held p50', 'p99', 'most', 'CPU a delta'], rows)
}

function toRow(name: string, held: number[], us: number): string[] {
  held.sort((a, b) => a - b)
  const at = (share: number): string => String(held[Math.min(held.length - 1, Math.floor(held.length * share))] ?? 0)
  return [name, at(0.5), at(0.99), at(1), `${us.toFixed(1)} µs`]
}
