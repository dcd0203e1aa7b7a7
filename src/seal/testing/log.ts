// A sealer over memory, and its log as an auditor would read it.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { Secret } from '../../kernel/secret.ts'
import { toSealKeys, type SealKeys } from '../keys.ts'
import { MemoryObjects } from '../memory-objects.ts'
import { MemorySealStore } from '../memory-seal-store.ts'
import { Sealer, type SealLimits } from '../sealer.ts'
import { readCheckpoint } from '../tlog/checkpoint.ts'
import { toNoteKey } from '../tlog/note-key.ts'
import { parseBundle, parseTilePath } from '../tlog/tile.ts'
import { startMs, TestJournal } from './journal.ts'

export const origin = 'gw.example.com/evidence/2026h2'

const seed = (name: string): Secret<Uint8Array> => new Secret(hash('sha256', name, 'buffer'))

const made = new Map<string, SealKeys>()

export function testKeys(prefix = ''): SealKeys {
  const before = made.get(prefix)
  if (before !== undefined) return before
  const keys = toSealKeys({
    log: seed(`${prefix}log`),
    attestation: seed(`${prefix}attestation`),
    kek: seed(`${prefix}kek`),
    pepper: seed(`${prefix}pepper`),
  })
  made.set(prefix, keys)
  return keys
}

export function testVkey(keys: SealKeys = testKeys()): string {
  return toNoteKey(origin, keys.log)?.vkey ?? assert.fail('vkey')
}

export class TestLog {
  readonly journal = new TestJournal()
  readonly store = new MemorySealStore()
  readonly objects = new MemoryObjects()
  readonly keys = testKeys()
  /** Milliseconds that have passed. */
  ms = 0
  readonly clock: Clock = { nowMs: () => startMs + this.ms, upMs: () => this.ms }
  sealer: Sealer

  constructor(limits: Partial<SealLimits> = {}) {
    this.sealer = this.newSealer(limits)
  }

  /** As after a restart: everything in memory is gone. */
  newSealer(limits: Partial<SealLimits> = {}): Sealer {
    const { journal: reader, store, objects, keys, clock } = this
    this.sealer = new Sealer({ reader, store, objects, keys, origin, node: 'gw-a', clock, limits })
    return this.sealer
  }

  entries(): Uint8Array[] {
    const note = this.objects.files.get('checkpoint')
    const size =
      note === undefined ? 0 : (readCheckpoint(Buffer.from(note).toString())?.size ?? assert.fail('checkpoint'))
    const entries: Uint8Array[] = []
    for (let index = 0; index * 256 < size; index++) {
      const width = Math.min(256, size - index * 256)
      const bytes = this.objects.files.get(pathOf(index, width)) ?? assert.fail(`bundle ${index}`)
      entries.push(...(parseBundle(bytes, width) ?? assert.fail(`bundle ${index}`)))
    }
    return entries
  }

  leaves(): Leaf[] {
    return this.entries().map((entry) => JSON.parse(Buffer.from(entry).toString()) as Leaf)
  }
}

export interface Leaf {
  readonly t?: string
  readonly sid?: string | null
  readonly seq?: number
  readonly prev?: string | null
  readonly body?: { readonly [name: string]: unknown }
  readonly obj?: readonly { readonly [name: string]: unknown }[]
  readonly kind?: string
}

function pathOf(index: number, width: number): string {
  const path = `tile/entries/${String(index).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`
  assert.ok(parseTilePath(path))
  return path
}
