// The mask streams of the content blocks that are open: one for every text that grows by deltas. What a stream still holds
// when its block ends becomes one more delta of the same kind.

import { plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Masker, MaskStream } from '../../kernel/masker.ts'
import { escapeJson } from '../../languages/json.ts'
import { PartialJson } from './partial-json.ts'

/** The API has one block open at a time; each open one costs a mask stream. */
const maxOpenBlocks = 256
const maxTextsPerBlock = 8

interface Growing {
  readonly type: string
  readonly key: string
  readonly stream: MaskStream
}

export class BlockStreams {
  readonly #open = new Map<number, Growing[]>()
  readonly #tools = new Map<number, string | null>()

  /** @param tool the name of the tool that a block is the input of; empty for every other block, null when it has two */
  begin(index: number, tool: string | null): void {
    if (tool === '') return
    if (this.#tools.size >= maxOpenBlocks) throw new Fault('upstream.protocol', { why: 'too many open blocks' })
    this.#tools.set(index, tool)
  }

  streamOf(index: number, type: string, key: string, masker: Masker): MaskStream {
    let block = this.#open.get(index)
    if (block === undefined) {
      if (this.#open.size >= maxOpenBlocks) throw new Fault('upstream.protocol', { why: 'too many open blocks' })
      block = []
      this.#open.set(index, block)
    }
    const known = block.find((growing) => growing.type === type && growing.key === key)
    if (known !== undefined) return known.stream
    if (block.length >= maxTextsPerBlock) throw new Fault('upstream.protocol', { why: 'too many kinds of deltas' })
    const stream =
      type === 'input_json_delta'
        ? new PartialJson(masker.towards(this.#tools.get(index) ?? null))
        : masker.stream(plainText)
    block.push({ type, key, stream })
    return stream
  }

  /** @returns events to send before the block's end; null as a rule */
  end(index: number): Uint8Array | null {
    this.#tools.delete(index)
    const block = this.#open.get(index)
    if (block === undefined) return null
    this.#open.delete(index)
    const events = block.flatMap((growing) => {
      const held = growing.stream.end()
      return held.length === 0 ? [] : [toDeltaEvent(index, growing, held)]
    })
    return events.length === 0 ? null : Buffer.concat(events)
  }

  endAll(): Uint8Array | null {
    this.#tools.clear()
    if (this.#open.size === 0) return null
    const events = [...this.#open.keys()].map((index) => this.end(index)).filter((event) => event !== null)
    return events.length === 0 ? null : Buffer.concat(events)
  }
}

/** One more delta of a text that grows, as an event. */
export function toDeltaEvent(index: number, growing: Pick<Growing, 'type' | 'key'>, text: Uint8Array): Uint8Array {
  const delta = `{"type":${JSON.stringify(growing.type)},${JSON.stringify(growing.key)}:"`
  const head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${String(index)},"delta":${delta}`
  return Buffer.concat([Buffer.from(head), escapeJson(text), Buffer.from('"}}\n\n')])
}
