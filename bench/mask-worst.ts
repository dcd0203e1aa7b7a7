// Texts that are made to be slow, by somebody who has read the engine: each through the entry that traffic takes. The slowest
// is what a connection can be made to cost.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../src/kernel/action.ts'
import { Secret } from '../src/kernel/secret.ts'
import { createMasking } from '../src/mask/index.ts'
import { makeText } from './mask-texts.ts'
import { worstInputs, type Entry } from './mask-worst-inputs.ts'
import { toMarkdown } from './report.ts'

const bytes = 10_000_000
const pieceBytes = 65_536
const conversationBytes = 1_000_000
/** A slow one is measured by what fits. */
const mostUs = 600_000
/** States of the automaton are made once a process, by the first text that needs them; that is not counted. */
const firstBytes = 500_000
const firstUs = 600_000
const shown = 5

const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })
const seesNothing = (): boolean => false

export interface Measured {
  readonly name: string
  readonly entry: Entry
  /** Megabytes a second of CPU time. */
  readonly speed: number
}

export function measureWorst(only: (name: string) => boolean = () => true): Measured[] {
  // What is computed once is not theirs.
  speedOf(() => makeText('logs', pieceBytes), { name: null, content: 'text' })
  return worstInputs
    .filter(({ name }) => only(name))
    .map(({ name, entry, make }) => {
      if (entry === 'values') return { name, entry, speed: speedOfValues(make) }
      if (entry === 'prompt') return { name, entry, speed: speedOfPrompts(make) }
      return { name, entry, speed: speedOf(make, { name: null, content: entry }) }
    })
}

type Make = (at: number) => Uint8Array

/** Pieces of a stream as a socket gives them. */
function speedOf(make: Make, field: FieldContext): number {
  const stream = masking.open(seesNothing).stream(field)
  const gathered: Uint8Array[] = []
  let length = 0
  let unit = 0
  let read = 0
  let spent = 0
  let isFirst = true
  while (read < bytes && spent < mostUs) {
    if (isFirst && (read >= firstBytes || spent >= firstUs)) {
      isFirst = false
      read = 0
      spent = 0
    }
    while (length < pieceBytes) {
      const next = make(unit++)
      gathered.push(next)
      length += next.length
    }
    const whole = Buffer.concat(gathered)
    gathered.splice(0, gathered.length, whole.subarray(pieceBytes))
    length -= pieceBytes
    const piece = whole.subarray(0, pieceBytes)
    const before = process.cpuUsage()
    stream.push(piece)
    const { user, system } = process.cpuUsage(before)
    spent += user + system
    read += pieceBytes
  }
  const before = process.cpuUsage()
  stream.end()
  const { user, system } = process.cpuUsage(before)
  return read / (spent + user + system)
}

/** Cells of a row, in one column after the other. */
function speedOfValues(make: Make): number {
  const fields = ['id', 'note', 'card_number', 'phone'].map((name): FieldContext => ({ name, content: 'text' }))
  const masker = masking.open(seesNothing)
  let read = 0
  let spent = 0
  let isFirst = true
  for (let unit = 0; read < bytes && spent < mostUs;) {
    if (isFirst && (read >= firstBytes || spent >= firstUs)) {
      isFirst = false
      read = 0
      spent = 0
    }
    const cells = Array.from({ length: 512 }, () => make(unit++))
    const before = process.cpuUsage()
    for (const [i, cell] of cells.entries()) {
      const field = fields[i % fields.length]
      if (field !== undefined) masker.value(cell, 0, cell.length, field)
      read += cell.length
    }
    const { user, system } = process.cpuUsage(before)
    spent += user + system
  }
  return read / spent
}

/** Texts of conversations that are kept from a target, a megabyte each. */
function speedOfPrompts(make: Make): number {
  let read = 0
  let spent = 0
  let unit = 0
  // The first conversation makes states, as elsewhere.
  for (let conversation = 0; conversation < 10 && spent < mostUs; conversation++) {
    const { outward } = masking.pseudonyms({ discloses: seesNothing, restores: () => seesNothing })
    if (conversation === 1) read = spent = 0
    for (let said = 0; said < conversationBytes && spent < mostUs;) {
      const text = Buffer.concat(Array.from({ length: 8 }, () => make(unit++)))
      const before = process.cpuUsage()
      outward.value(text, 0, text.length, { name: null, content: 'text' })
      const { user, system } = process.cpuUsage(before)
      spent += user + system
      said += text.length
      read += text.length
    }
  }
  return read / spent
}

export function benchWorst(): string {
  const all = measureWorst().sort((a, b) => a.speed - b.speed)
  const rows = all.slice(0, shown).map(({ name, entry, speed }) => [name, entry, `${speed.toFixed(1)} MB/s`])
  return `The slowest of ${all.length}:\n\n${toMarkdown(['input', 'as', 'rate'], rows)}`
}
