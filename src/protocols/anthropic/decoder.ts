// Takes a content coding off an answer (RFC 9110 §8.4) so that it can be inspected. The gateway asks for none; a target or
// a cache before it may use one all the same. What cannot be decoded is not passed on.

import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import type { Transform } from 'node:stream'
import { Fault } from '../../kernel/fault.ts'

const makers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
  zstd: createZstdDecompress,
}

/** Text compresses by 3 to 20; a megabyte of nothing by a thousand. */
const maxRatio = 200
const freeBytes = 1024 * 1024
const maxDecodedBytes = 1024 * 1024 * 1024

export interface DecoderSink {
  data(chunk: Uint8Array): void
  end(): void
  failed(fault: Fault): void
}

/** @returns null when there is nothing to take off. @throws Fault `upstream.encoding` for a coding that is not known */
export function createDecoder(encoding: string | null, sink: DecoderSink): Decoder | null {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return null
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined
  if (make === undefined) throw new Fault('upstream.encoding', { encoding: name.slice(0, 40) })
  return new Decoder(make(), sink)
}

export class Decoder {
  readonly #stream: Transform
  readonly #sink: DecoderSink
  #inBytes = 0
  #outBytes = 0
  #over = false

  constructor(stream: Transform, sink: DecoderSink) {
    this.#stream = stream
    this.#sink = sink
    stream.on('data', (chunk: Buffer) => this.#decoded(chunk))
    stream.once('end', () => {
      if (!this.#over) sink.end()
    })
    stream.once('error', (error) => this.#fail(new Fault('upstream.encoding', { why: 'it does not decode' }, error)))
  }

  /** @param drained called when more may come, if this returned false */
  write(chunk: Uint8Array, drained: () => void): boolean {
    if (this.#over) return true
    this.#inBytes += chunk.length
    // The chunk is the caller's as soon as this returns.
    if (this.#stream.write(Buffer.from(chunk))) return true
    this.#stream.once('drain', drained)
    return false
  }

  end(): void {
    if (!this.#over) this.#stream.end()
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  close(): void {
    this.#over = true
    this.#stream.destroy()
  }

  #decoded(chunk: Buffer): void {
    if (this.#over) return
    this.#outBytes += chunk.length
    const most = Math.min(maxDecodedBytes, Math.max(freeBytes, this.#inBytes * maxRatio))
    if (this.#outBytes > most)
      this.#fail(new Fault('upstream.encoding', { why: 'it grows too much', bytes: this.#outBytes }))
    else this.#sink.data(chunk)
  }

  #fail(fault: Fault): void {
    if (this.#over) return
    this.close()
    this.#sink.failed(fault)
  }
}
