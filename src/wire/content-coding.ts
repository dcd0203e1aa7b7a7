// Takes content codings off a body (RFC 9110 §8.4, RFC 8878, RFC 7932) so that it can be inspected, as it arrives and in bounded
// memory. It refuses what it cannot be sure of: a coding that it does not know, more than two, a body that does not decode, that
// grows as no text does, or that has bytes behind its end, which another decoder might read.

import { Buffer } from 'node:buffer'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { Fault, type FaultCode, type FaultFacts } from '../kernel/fault.ts'

export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** Whose body it is says whose fault it is. */
export type CodingFault = Extract<FaultCode, 'request.encoding' | 'upstream.encoding'>

export interface DecodingLimits {
  /** Decoded, after any of the codings. */
  readonly maxBytes: number
  /** Decoded bytes of a coded one. Text compresses by 3 to 20, a megabyte of nothing by a thousand and more. */
  readonly maxRatio?: number
}

export interface DecodedSink {
  data(chunk: Uint8Array): void
  end(): void
  failed(fault: Fault): void
}

const maxCodings = 2
/** Names of a header, those that mean nothing included. */
const maxListed = 16
const defaultRatio = 1_000
/** Nobody counts what is small. */
const freeBytes = 1024 * 1024

const names: Readonly<Record<string, ContentCoding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
}

const exact = { rejectGarbageAfterEnd: true } as const
const makers: Readonly<Record<ContentCoding, () => Transform>> = {
  gzip: () => createGunzip(exact),
  deflate: () => createInflate(exact),
  br: () => createBrotliDecompress(exact),
  zstd: () => createZstdDecompress(exact),
}

/**
 * @param values of every `content-encoding` header, in order
 * @returns in the order in which they were applied; empty when there is nothing to take off
 * @throws Fault with the code for a coding that is not known, or too many
 */
export function parseCodings(values: readonly string[], code: CodingFault): ContentCoding[] {
  const codings: ContentCoding[] = []
  const listed = values.flatMap((one) => one.split(',', maxListed))
  if (listed.length >= maxListed) throw new Fault(code, { why: 'too many codings' })
  for (const value of listed) {
    const name = value.trim().toLowerCase()
    if (name === '' || name === 'identity') continue
    const coding = Object.hasOwn(names, name) ? names[name] : undefined
    if (coding === undefined) throw new Fault(code, { encoding: name.slice(0, 40) })
    codings.push(coding)
    if (codings.length > maxCodings) throw new Fault(code, { why: 'too many codings' })
  }
  return codings
}

export class ContentDecoder {
  /** The last coding that was applied is taken off first. */
  readonly #streams: readonly Transform[]
  readonly #limits: DecodingLimits
  readonly #code: CodingFault
  readonly #sink: DecodedSink
  #inBytes = 0
  #isOver = false

  /** @param codings as they were applied, at least one */
  constructor(codings: readonly ContentCoding[], limits: DecodingLimits, code: CodingFault, sink: DecodedSink) {
    this.#limits = limits
    this.#code = code
    this.#sink = sink
    this.#streams = codings.toReversed().map((coding) => makers[coding]())
    for (const [i, stream] of this.#streams.entries()) {
      const next = this.#streams[i + 1]
      let bytes = 0
      stream.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length
        if (this.#isWithin(bytes) && next === undefined) this.#sink.data(chunk)
      })
      stream.once('error', (error) => this.#fail({ why: 'it does not decode' }, error))
      if (next === undefined) stream.once('end', () => this.#end())
      else stream.pipe(next)
    }
  }

  /**
   * The chunk is the caller's again as soon as this returns.
   * @param drained called when more may come, if this returned false
   */
  write(chunk: Uint8Array, drained: () => void): boolean {
    const [first] = this.#streams
    if (this.#isOver || first === undefined) return true
    this.#inBytes += chunk.length
    if (first.write(Buffer.from(chunk))) return true
    first.once('drain', drained)
    return false
  }

  /** A body of no bytes has no coding either: answers to HEAD are that. */
  end(): void {
    if (this.#isOver) return
    if (this.#inBytes === 0) this.#end()
    else this.#streams[0]?.end()
  }

  pause(): void {
    this.#streams.at(-1)?.pause()
  }

  resume(): void {
    this.#streams.at(-1)?.resume()
  }

  close(): void {
    this.#isOver = true
    for (const stream of this.#streams) stream.destroy()
  }

  /** Also of what is between two codings: a bomb may hide there. */
  #isWithin(bytes: number): boolean {
    if (this.#isOver) return false
    const { maxBytes, maxRatio = defaultRatio } = this.#limits
    const isWithin = bytes <= Math.min(maxBytes, Math.max(freeBytes, this.#inBytes * maxRatio))
    if (!isWithin) this.#fail({ why: 'it grows too much', bytes }, undefined)
    return isWithin
  }

  #end(): void {
    if (this.#isOver) return
    this.close()
    this.#sink.end()
  }

  #fail(facts: FaultFacts, cause: unknown): void {
    if (this.#isOver) return
    this.close()
    this.#sink.failed(new Fault(this.#code, facts, cause))
  }
}

/** A body that is here whole. @returns the same object when there is nothing to take off */
export async function decodeBody(
  body: Uint8Array,
  codings: readonly ContentCoding[],
  limits: DecodingLimits,
  code: CodingFault,
): Promise<Uint8Array> {
  if (codings.length === 0) return body
  const chunks: Uint8Array[] = []
  await new Promise<void>((resolve, reject) => {
    const decoder = new ContentDecoder(codings, limits, code, {
      data: (chunk) => chunks.push(chunk),
      end: resolve,
      failed: reject,
    })
    decoder.write(body, () => undefined)
    decoder.end()
  })
  return Buffer.concat(chunks)
}
