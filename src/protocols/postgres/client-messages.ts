// What a client sends once it is in, message by message: names change their meaning, segments are collected, and what
// follows a refusal is dropped until Sync, as the server does after an error.

import { Fault } from '../../kernel/fault.ts'
import type { Session } from '../../kernel/journey.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import { Collector } from './collector.ts'
import type { SqlDialect } from './dialect.ts'
import { protocolViolation, toErrorFrame, unknownPortal, unknownStatement } from './errors.ts'
import { aboutPortal, aboutStatement, fromClient, headerBytes, readyWhenIdle, toDescribePortal } from './messages.ts'
import { readName, toNameKey } from './names.ts'
import { parseBind } from './parameters.ts'
import type { Pipeline } from './pipeline.ts'
import { isReadable } from './read-ahead.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import type { ServerState } from './server-state.ts'
import { SessionNames } from './session-names.ts'
import { toSimple, type Bound } from './sql-action.ts'
import { isPlain, toStatement, type Statement, type Unsettles } from './statement.ts'

export interface ClientMessagesParts {
  readonly session: Session
  readonly dialect: SqlDialect
  readonly pipeline: Pipeline
  readonly state: ServerState
  readonly database: string
  readonly newCarrier: () => ResponseCarrier
  readonly say: (bytes: Uint8Array) => void
}

export class ClientMessages {
  readonly names = new SessionNames()
  readonly #parts: ClientMessagesParts
  readonly #collector: Collector
  /** Everything up to Sync is dropped. `local`: the server knows nothing of it, so its Sync is answered here. */
  #skip: 'no' | 'local' | 'server' = 'no'
  /** Whether the text that comes next is plain: it may be long, and may wait while a thousand answers come. */
  #isNextPlain: boolean | null = null
  /** What the last segment upsets; nothing is understood before it is answered. */
  #barrier: Unsettles | null = null

  constructor(parts: ClientMessagesParts) {
    this.#parts = parts
    this.#collector = new Collector(parts)
  }

  /** May this message be understood now? When not, it waits where it is, and whoever it waits for is asked to answer. */
  mayRead(type: number, bytes: Uint8Array, at: number, end: number): boolean {
    const { pipeline } = this.#parts
    // Who says goodbye behind an error is told it first, and what was answered before it.
    if (this.#skip !== 'no' && type !== fromClient.terminate) return true
    if (pipeline.isQuiet) {
      this.#barrier = null
      // Everything is answered: whatever comes means what it says.
      if (this.#isInTurn(type)) return true
      pipeline.flush()
      return false
    }
    if (pipeline.isFarAhead || this.names.isFull) {
      pipeline.flush()
      return false
    }
    if (pipeline.isFull) return false
    const isEnd = type === fromClient.sync || type === fromClient.flush
    const isBarred = this.#barrier !== null && !(isEnd && !this.#barrier.copyIn)
    if (!isBarred && this.#isInTurn(type) && isReadable(this.#ahead(), bytes, at, end)) return true
    pipeline.flush()
    return false
  }

  #ahead(): Parameters<typeof isReadable>[0] {
    const { pipeline } = this.#parts
    return { pipeline, names: this.names, batch: this.#collector.batch, isNextPlain: this.#isPlain }
  }

  readonly #isPlain = (text: Uint8Array): boolean => (this.#isNextPlain ??= isPlain(text))

  /** A simple message inside an unfinished batch comes after everything in it: the server would skip it after an error. */
  #isInTurn(type: number): boolean {
    if (!this.#collector.isBegun || (type !== fromClient.query && type !== fromClient.functionCall)) return true
    this.#collector.close()
    return this.#parts.pipeline.isQuiet
  }

  /** @param frame ours to keep. @throws Fault `frame.malformed`, `frame.unknown`, `request.too-large` */
  read(frame: Uint8Array): void {
    const type = frame[0] ?? 0
    this.#isNextPlain = null
    if (this.#skip !== 'no') {
      if (type === fromClient.sync) this.#endSkip()
      return
    }
    const body = new ByteCursor(frame, headerBytes, frame.length, 'frame.malformed')
    switch (type) {
      case fromClient.query:
        return this.#query(frame, body)
      case fromClient.parse:
        return this.#parse(frame, body)
      case fromClient.bind:
        return this.#bind(frame, body)
      case fromClient.describe:
        return this.#describe(frame, body)
      case fromClient.close:
        return this.#close(frame, body)
      case fromClient.execute:
        return this.#execute(frame, body)
      case fromClient.sync:
        return this.#collector.sync(frame)
      case fromClient.flush:
        return this.#collector.flush(frame)
      case fromClient.functionCall:
        return this.#functionCall()
      case fromClient.copyData:
      case fromClient.copyDone:
      case fromClient.copyFail:
        // Left over from a COPY that failed; the server ignores them as well.
        return
      default:
        throw new Fault('frame.unknown', {
          type: type >= 0x20 && type < 0x7f ? String.fromCharCode(type) : String(type),
        })
    }
  }

  /** See PipelineParts. */
  batchFailed(batch: number, sync: 'answered' | 'local' | 'server'): void {
    this.#collector.discard(batch)
    if (sync !== 'answered' && batch === this.#collector.batch) this.#skip = sync
  }

  #query(frame: Uint8Array, body: ByteCursor): void {
    const text = textOf(body)
    body.requireEnd()
    const statement = toStatement(this.#parts.dialect, text, this.#parts.state.problem, false)
    this.#barrier = this.#collector.query(frame, toSimple(statement))
  }

  #parse(frame: Uint8Array, body: ByteCursor): void {
    const name = readName(body)
    const text = textOf(body)
    const count = body.int16() & 0xffff
    const types: number[] = []
    for (let i = 0; i < count; i++) types.push(body.uint32())
    body.requireEnd()
    const statement = toStatement(this.#parts.dialect, text, this.#parts.state.problem, name !== '')
    statement.declaredTypes = types
    statement.parameterTypes = types
    const open = this.#collector.append(frame, 'parsed')
    open.bounds.push(toSimple(statement))
    open.segment.changes.push(this.names.statements.change(name, statement, this.#collector.batch, text.length))
    this.names.requireRoom()
  }

  #bind(frame: Uint8Array, body: ByteCursor): void {
    const binding = parseBind(body)
    const known = this.names.statements.get(binding.statement)?.value
    const statement = known ?? this.#unknown('prepared statement', binding.statement, unknownStatement)
    const bound: Bound = { statement, values: binding.values, bytes: binding.bytes }
    const open = this.#collector.append(frame, 'bound')
    if (open.described === binding.portal) open.described = null
    const prepared = open.bounds.findIndex((one) => one.statement === statement && one.bytes.length === 0)
    if (prepared === -1) open.bounds.push(bound)
    else open.bounds[prepared] = bound
    open.segment.changes.push(this.names.portals.change(binding.portal, bound, this.#collector.batch, frame.length))
    this.names.requireRoom()
  }

  #describe(frame: Uint8Array, body: ByteCursor): void {
    const what = body.uint8()
    const name = readName(body)
    body.requireEnd()
    if (what === aboutPortal) {
      this.#collector.append(frame, 'description').described = name
    } else if (what === aboutStatement) {
      const open = this.#collector.append(frame, 'parameters')
      open.segment.replies.push('description')
      open.segment.described.push(this.names.statements.get(name)?.value ?? null)
      // The rows that it describes are in no format yet: they say nothing of a portal's.
      open.described = null
    } else throw body.malformed('describes neither a statement nor a portal')
  }

  #close(frame: Uint8Array, body: ByteCursor): void {
    const what = body.uint8()
    const name = readName(body)
    body.requireEnd()
    if (what !== aboutPortal && what !== aboutStatement) throw body.malformed('closes neither a statement nor a portal')
    const open = this.#collector.append(frame, 'closed')
    const table = what === aboutPortal ? this.names.portals : this.names.statements
    open.segment.changes.push(table.change(name, null, this.#collector.batch))
    if (what === aboutPortal && open.described === name) open.described = null
    this.names.requireRoom()
  }

  #execute(frame: Uint8Array, body: ByteCursor): void {
    const raw = body.untilNul()
    const portal = toNameKey(raw)
    body.passOver(4)
    body.requireEnd()
    const collector = this.#collector
    const bound = this.names.portals.get(portal)?.value ?? toSimple(this.#unknown('portal', portal, unknownPortal))
    // What else was prepared on the way is judged by itself.
    if (collector.open?.bounds.some((one) => one.statement !== bound.statement) === true) collector.close()
    // Rows are masked by their description, and it must be of this very portal: without one we ask for it.
    if (collector.open?.described !== portal) collector.append(toDescribePortal(raw), 'hidden-description')
    collector.append(frame, 'result')
    this.#barrier = collector.run(bound)
  }

  /** The fast-path call of a function by its number: nobody can say what it does. */
  #functionCall(): void {
    const { session, pipeline } = this.#parts
    const fault = session.failed(new Fault('frame.unknown', { type: 'FunctionCall' }))
    const hint = `Call the function in a SELECT. The operator finds this under ${fault.id}.`
    const words = toErrorFrame({ severity: 'ERROR', sqlstate: protocolViolation, message: fault.tell, hint })
    this.#collector.endBatch()
    pipeline.refuseWith(words, this.#collector.batch, true)
    this.#collector.endBatch()
  }

  #endSkip(): void {
    const isLocal = this.#skip === 'local'
    this.#skip = 'no'
    if (isLocal) this.#parts.say(readyWhenIdle)
    else this.#collector.syncAlone()
    this.#collector.endBatch()
  }

  #unknown(what: string, name: string, missing: string): Statement {
    const shown = name.replaceAll(/[^\x20-\x7e]/g, '?')
    const problem = `The gateway does not know what ${what} "${shown}" stands for; prepare and bind it again.`
    return { ...toStatement(this.#parts.dialect, new Uint8Array(0), problem, false), missing }
  }
}

/** The SQL up to its NUL, as a copy. What stands behind the NUL a parser would not see and the server might. */
function textOf(body: ByteCursor): Uint8Array {
  return Buffer.from(body.untilNul())
}
