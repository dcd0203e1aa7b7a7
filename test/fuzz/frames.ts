// Messages written so that changing a byte seldom breaks the framing: type, a byte that may spoil the length, length of the
// body as it came, body. And whoever plays the database: what it would run, and what it answers.

import { Buffer } from 'node:buffer'
import { server } from '../../src/protocols/postgres/testing/messages.ts'

/** In place of the second byte: the length is the next four bytes as they are. */
const spoiled = 0xff

/** Frames of the protocol → an input. */
export function toInput(...frames: readonly Uint8Array[]): Uint8Array {
  const parts = frames.flatMap((frame) => {
    const body = frame.subarray(5)
    return [Uint8Array.of(frame[0] ?? 0, 0, body.length >> 8, body.length & 0xff), body]
  })
  return Uint8Array.from(Buffer.concat(parts))
}

/** An input → frames. What is too short for its length is as long as it is. */
export function toFrames(input: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at + 4 <= input.length;) {
    const [type = 0, mark = 0, high = 0, low = 0] = input.subarray(at, at + 4)
    const body = input.subarray(at + 4, at + 4 + ((high << 8) | low))
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    parts.push(Uint8Array.of(type), mark === spoiled ? body.subarray(0, 4) : length, body)
    at += 4 + body.length
  }
  return Uint8Array.from(Buffer.concat(parts))
}

interface Frame {
  readonly type: string
  readonly body: Buffer
}

/** Of a stream that ends with a whole frame. */
export function framesOf(bytes: Uint8Array): Frame[] {
  const buffer = Buffer.from(bytes)
  const frames: Frame[] = []
  for (let at = 0; at < buffer.length;) {
    const end = at + 1 + buffer.readInt32BE(at + 1)
    if (end > buffer.length || end < at + 5) throw new Error(`no whole frame at ${at} of ${buffer.length}`)
    frames.push({ type: String.fromCharCode(buffer[at] ?? 0), body: buffer.subarray(at + 5, end) })
    at = end
  }
  return frames
}

function textsOf(body: Buffer): string[] {
  return body.toString('utf8').split('\0')
}

const rows = [server.columns({ name: 'mail' }, { name: 'n', oid: 23 }), server.row('ada@example.com', '1')]

/** Takes what goes up, answers as a database would that knows only names, and writes down every text that it would have run. */
export class ServerModel {
  readonly ran: string[] = []
  readonly types = new Set<string>()
  /** Every text that was ever prepared under a name: which of them it is now depends on what went wrong before. */
  readonly #statements = new Map<string, Set<string>>()
  /** They end with their transaction, and this database is never inside one. */
  readonly #portals = new Map<string, Set<string>>()
  /** After an error of the extended protocol: until its Sync. */
  #isFailed = false

  take(bytes: Uint8Array): Uint8Array {
    return Buffer.concat(framesOf(bytes).flatMap((frame) => this.#answer(frame)))
  }

  #answer({ type, body }: Frame): readonly Uint8Array[] {
    this.types.add(type)
    if (this.#isFailed && type !== 'S') return []
    const [first = '', second = ''] = textsOf(body)
    switch (type) {
      case 'Q':
        this.#portals.clear()
        this.ran.push(first)
        if (/^\s*copy\b.*\bfrom\s+stdin/is.test(first)) return [server.copyIn]
        if (/^\s*copy\b.*\bto\s+stdout/is.test(first))
          return [
            server.copyOut(),
            server.copyData('1\tada@example.com\n'),
            server.copyDone,
            server.complete('COPY 1'),
            server.ready(),
          ]
        return [...rows, server.complete('SELECT 1'), server.ready()]
      case 'P':
        this.#statements.set(first, new Set([...(this.#statements.get(first) ?? []), second]))
        return [server.parsed]
      case 'B':
        if (!this.#statements.has(second)) return this.#fail('26000')
        this.#portals.set(
          first,
          new Set([...(this.#portals.get(first) ?? []), ...(this.#statements.get(second) ?? [])]),
        )
        return [server.bound]
      case 'D':
        return body[0] === 0x53 ? [server.parameters(25), rows[0] ?? server.noData] : [rows[0] ?? server.noData]
      case 'E':
        if (!this.#portals.has(first)) return this.#fail('34000')
        this.ran.push(...(this.#portals.get(first) ?? []))
        return [rows[1] ?? server.noData, server.complete('SELECT 1')]
      case 'C':
        return [server.closed]
      case 'S':
        this.#isFailed = false
        this.#portals.clear()
        return [server.ready()]
      case 'c':
        return [server.complete('COPY 1'), server.ready()]
      case 'f':
        return [server.error('57014', 'no'), server.ready()]
      case 'F':
        this.ran.push('a function call, which has no text')
        return [server.ready()]
      default:
        return []
    }
  }

  #fail(sqlstate: string): readonly Uint8Array[] {
    this.#isFailed = true
    return [server.error(sqlstate, 'there is no such thing')]
  }
}
