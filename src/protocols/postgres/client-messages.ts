// What a client sends once it is in: messages become segments. It reads ahead of the answers only as far as a message means
// the same whatever they are; where it does not (a name that is not certain, a text that a setting would change, a COPY), the
// message waits until everything before it is answered.

import { Fault } from '../../kernel/fault.ts'
import type { Session } from '../../kernel/journey.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import type { SqlDialect } from './dialect.ts'
import { protocolViolation, toErrorFrame } from './errors.ts'
import {
  aboutPortal,
  aboutStatement,
  fromClient,
  headerBytes,
  readyWhenIdle,
  syncFrame,
  toDescribePortal,
} from './messages.ts'
import { isCertain, NameTable, toNameKey, type NameEntry } from './names.ts'
import { parseBind } from './parameters.ts'
import type { Pipeline } from './pipeline.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import { Segment } from './segment.ts'
import type { ServerState } from './server-state.ts'
import { toPrepareAction, toRunAction, toSimple, type Bound } from './sql-action.ts'
import { isPlain, toStatement, type Statement, type Unsettles } from './statement.ts'

const maxNames = 5_000
const maxNamedBytes = 64 * 1024 * 1024
/** A client that prepares without end is judged in between. */
const maxOpenReplies = 500

export interface ClientMessagesParts {
  readonly session: Session
  readonly dialect: SqlDialect
  readonly pipeline: Pipeline
  readonly state: ServerState
  readonly database: string
  readonly newCarrier: () => ResponseCarrier
  readonly say: (bytes: Uint8Array) => void
}

/** What is collected until an Execute, a Sync or a Flush decides what it was for. */
interface Open {
  readonly segment: Segment
  /** Prepared or bound here, in order. */
  readonly bounds: Bound[]
  /** Portal that was described last, after it was bound. */
  described: string | null
}

export class ClientMessages {
  readonly #parts: ClientMessagesParts
  readonly #statements = new NameTable<Statement>()
  readonly #portals = new NameTable<Bound>()
  #batch = 1
  #open: Open | null = null
  /** Extended messages since the last Sync. */
  #isBatchBegun = false
  /** Everything up to Sync is dropped, as the server does after an error. */
  #skip: 'no' | 'local' | 'server' = 'no'
  /** What the last segment upsets; nothing is understood before it is answered. */
  #barrier: Unsettles | null = null

  constructor(parts: ClientMessagesParts) {
    this.#parts = parts
  }

  /** May this message be understood now? When not, it waits where it is, and whoever it waits for is asked to answer. */
  mayRead(type: number, bytes: Uint8Array, at: number, end: number): boolean {
    const { pipeline } = this.#parts
    if (pipeline.isQuiet) this.#barrier = null
    if (this.#skip !== 'no') return true
    if (pipeline.isFull) return false
    if (this.#isReadable(type, bytes, at, end)) return true
    pipeline.flush()
    return false
  }

  #isReadable(type: number, bytes: Uint8Array, at: number, end: number): boolean {
    const { pipeline } = this.#parts
    const isEnd = type === fromClient.sync || type === fromClient.flush
    if (this.#barrier !== null && !(isEnd && !this.#barrier.copyIn)) return false
    switch (type) {
      case fromClient.query:
      case fromClient.functionCall:
        if (this.#isBatchBegun) {
          this.#closeOpen()
          return pipeline.isQuiet
        }
        return isPlain(bytes.subarray(at + headerBytes, end)) || this.#isCalm()
      case fromClient.parse:
        return isPlain(parsedTextAt(bytes, at, end)) || this.#isCalm()
      case fromClient.bind:
        return this.#areCertain(bytes, at, end)
      case fromClient.execute:
        return this.#isCertain(this.#portals.get(toNameKey(nameAt(bytes, at + headerBytes, end))))
      case fromClient.copyData:
      case fromClient.copyDone:
      case fromClient.copyFail:
      case fromClient.terminate:
        return pipeline.isQuiet
      default:
        return true
    }
  }

  /** Nothing is under way that could change how a text is read. */
  #isCalm(): boolean {
    const { pipeline } = this.#parts
    return [...pipeline.sent, ...pipeline.waiting].every(({ bound }) => {
      const sql = bound?.statement.sql
      return (
        sql === undefined ||
        (sql.complete && sql.effects.every((effect) => effect === 'transaction' || effect === 'show'))
      )
    })
  }

  #areCertain(bytes: Uint8Array, at: number, end: number): boolean {
    const portal = nameAt(bytes, at + headerBytes, end)
    const statement = nameAt(bytes, at + headerBytes + portal.length + 1, end)
    return this.#isCertain(this.#statements.get(toNameKey(statement)))
  }

  #isCertain(entry: NameEntry<unknown> | undefined): boolean {
    return entry === undefined || isCertain(entry, this.#batch)
  }

  /** @throws Fault `frame.malformed`, `frame.unknown`, `request.too-large` */
  read(type: number, bytes: Uint8Array, at: number, end: number): void {
    if (this.#skip !== 'no') {
      if (type === fromClient.sync) this.#endSkip()
      return
    }
    const frame = bytes.subarray(at, end)
    const body = new ByteCursor(frame, headerBytes, frame.length, 'frame.malformed')
    switch (type) {
      case fromClient.query:
        return this.#query(frame, body)
      case fromClient.parse:
        return this.#parse(frame, body)
      case fromClient.bind:
        return this.#bind(frame)
      case fromClient.describe:
        return this.#describe(frame, body)
      case fromClient.close:
        return this.#close(frame, body)
      case fromClient.execute:
        return this.#execute(frame, body)
      case fromClient.sync:
        return this.#sync()
      case fromClient.flush:
        return this.#flush(frame)
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
    if (this.#open?.segment.batch === batch) {
      this.#open.segment.undo()
      this.#open = null
    }
    if (sync !== 'answered' && batch === this.#batch) this.#skip = sync
  }

  /** What a statement ended or made by itself. */
  settled(unsettles: Unsettles | null): void {
    if (unsettles === null) return
    if (unsettles.portals) this.#portals.forgetConfirmed()
    if (unsettles.statements === 'all') this.#statements.forgetConfirmed()
    else if (unsettles.statements !== 'none') this.#statements.forget(unsettles.statements.name)
  }

  transactionEnded(): void {
    if (this.#portals.size > 0) this.#portals.forgetConfirmed()
  }

  // ── messages ──

  #query(frame: Uint8Array, body: ByteCursor): void {
    const text = textOf(body)
    body.requireEnd()
    this.#batch++
    const statement = toStatement(this.#parts.dialect, text, this.#parts.state.problem, false)
    const segment = this.#newSegment()
    segment.replies.push('query')
    segment.bytes.push(Buffer.from(frame))
    this.#batch++
    this.#isBatchBegun = false
    this.#run(segment, toSimple(statement))
  }

  #parse(frame: Uint8Array, body: ByteCursor): void {
    const name = toNameKey(body.untilNul())
    const text = textOf(body)
    const count = body.int16() & 0xffff
    const types: number[] = []
    for (let i = 0; i < count; i++) types.push(body.uint32())
    body.requireEnd()
    const statement = toStatement(this.#parts.dialect, text, this.#parts.state.problem, name !== '')
    statement.declaredTypes = types
    statement.parameterTypes = types
    const open = this.#append(frame, 'parsed')
    open.bounds.push(toSimple(statement))
    open.segment.changes.push(this.#statements.change(name, statement, this.#batch, text.length))
    this.#requireRoom()
  }

  #bind(frame: Uint8Array): void {
    // A copy of its own: its values are recorded when the bytes that came are long gone.
    const copy = Buffer.from(frame)
    const binding = parseBind(new ByteCursor(copy, headerBytes, copy.length, 'frame.malformed'))
    const statement =
      this.#statements.get(binding.statement)?.value ?? this.#unknown('prepared statement', binding.statement)
    const bound: Bound = { statement, values: binding.values, bytes: binding.bytes }
    const open = this.#append(copy, 'bound', true)
    if (open.described === binding.portal) open.described = null
    const prepared = open.bounds.findIndex((one) => one.statement === statement && one.bytes.length === 0)
    if (prepared === -1) open.bounds.push(bound)
    else open.bounds[prepared] = bound
    open.segment.changes.push(this.#portals.change(binding.portal, bound, this.#batch, copy.length))
    this.#requireRoom()
  }

  #describe(frame: Uint8Array, body: ByteCursor): void {
    const what = body.uint8()
    const name = toNameKey(body.untilNul())
    body.requireEnd()
    if (what === aboutPortal) {
      this.#append(frame, 'description').described = name
    } else if (what === aboutStatement) {
      const open = this.#append(frame, 'parameters')
      open.segment.replies.push('description')
      open.segment.described.push(this.#statements.get(name)?.value ?? null)
      open.described = null
    } else throw body.malformed('describes neither a statement nor a portal')
  }

  #close(frame: Uint8Array, body: ByteCursor): void {
    const what = body.uint8()
    const name = toNameKey(body.untilNul())
    body.requireEnd()
    if (what !== aboutPortal && what !== aboutStatement) throw body.malformed('closes neither a statement nor a portal')
    const open = this.#append(frame, 'closed')
    const table = what === aboutPortal ? this.#portals : this.#statements
    open.segment.changes.push(table.change(name, null, this.#batch))
    if (what === aboutPortal && open.described === name) open.described = null
    this.#requireRoom()
  }

  #execute(frame: Uint8Array, body: ByteCursor): void {
    const raw = body.untilNul()
    const portal = toNameKey(raw)
    body.skip(4)
    body.requireEnd()
    const entry = this.#portals.get(portal)
    const bound = entry?.value ?? toSimple(this.#unknown('portal', portal))
    // What else was prepared on the way is judged by itself.
    if (this.#open?.bounds.some((one) => one.statement !== bound.statement) === true) this.#closeOpen()
    const isDescribed = this.#open?.described === portal
    if (!isDescribed) this.#append(toDescribePortal(raw), 'hidden-description', true)
    const { segment } = this.#append(frame, 'result')
    this.#open = null
    this.#run(segment, bound)
  }

  #sync(): void {
    const { pipeline } = this.#parts
    if (this.#open !== null) {
      this.#open.segment.sync(syncFrame)
      this.#closeOpen()
    } else if (!pipeline.glue(syncFrame, this.#batch, true)) {
      const segment = this.#newSegment()
      segment.sync(syncFrame)
      pipeline.add(segment, null)
    }
    this.#batch++
    this.#isBatchBegun = false
  }

  #flush(frame: Uint8Array): void {
    const { pipeline } = this.#parts
    const copy = Buffer.from(frame)
    if (this.#open !== null) {
      this.#open.segment.bytes.push(copy)
      this.#closeOpen()
    } else if (!pipeline.glue(copy, this.#batch, false)) {
      const segment = this.#newSegment()
      segment.bytes.push(copy)
      pipeline.add(segment, null)
    }
  }

  /** The fast-path call of a function by its number: nobody can say what it does. */
  #functionCall(): void {
    const { session, pipeline } = this.#parts
    const fault = session.failed(new Fault('frame.unknown', { type: 'FunctionCall' }))
    const hint = `Call the function in a SELECT. The operator finds this under ${fault.id}.`
    this.#batch++
    pipeline.refuseWith(
      toErrorFrame({ severity: 'ERROR', sqlstate: protocolViolation, message: fault.tell, hint }),
      this.#batch,
      true,
    )
    this.#batch++
    this.#isBatchBegun = false
  }

  // ── segments ──

  #run(segment: Segment, bound: Bound): void {
    segment.bound = bound
    segment.reason = bound.statement.sql.reason
    segment.unsettles = bound.statement.unsettles
    this.#barrier = segment.unsettles
    this.#parts.pipeline.add(segment, toRunAction(bound, this.#parts.database))
  }

  /** What was collected runs nothing: it is judged as preparing, or as the session's when it prepares nothing either. */
  #closeOpen(): void {
    const open = this.#open
    if (open === null) return
    this.#open = null
    const { session, pipeline, database } = this.#parts
    if (open.bounds.length === 0) {
      pipeline.add(open.segment, null)
      return
    }
    const denied = open.bounds.find((bound) => session.consider(toPrepareAction([bound], database, false)) !== null)
    open.segment.reason = denied?.statement.sql.reason ?? null
    const action =
      denied === undefined ? toPrepareAction(open.bounds, database, true) : toPrepareAction([denied], database, false)
    pipeline.add(open.segment, action)
  }

  /** @param isOwn the bytes are ours to keep */
  #append(frame: Uint8Array, reply: Segment['replies'][number], isOwn = false): Open {
    if (this.#open !== null && this.#open.segment.replies.length >= maxOpenReplies) this.#closeOpen()
    this.#open ??= { segment: this.#newSegment(), bounds: [], described: null }
    this.#isBatchBegun = true
    this.#open.segment.bytes.push(isOwn ? frame : Buffer.from(frame))
    this.#open.segment.replies.push(reply)
    return this.#open
  }

  #newSegment(): Segment {
    return new Segment(this.#batch, this.#parts.newCarrier())
  }

  #endSkip(): void {
    const { pipeline, say } = this.#parts
    if (this.#skip === 'local') say(readyWhenIdle)
    else {
      const segment = this.#newSegment()
      segment.sync(syncFrame)
      pipeline.add(segment, null)
    }
    this.#skip = 'no'
    this.#batch++
    this.#isBatchBegun = false
  }

  #unknown(what: string, name: string): Statement {
    const shown = name.replaceAll(/[^\x20-\x7e]/g, '?')
    const problem = `The gateway does not know what ${what} "${shown}" stands for; prepare and bind it again.`
    return toStatement(this.#parts.dialect, new Uint8Array(0), problem, false)
  }

  #requireRoom(): void {
    const count = this.#statements.size + this.#portals.size
    const bytes = this.#statements.weight + this.#portals.weight
    if (count > maxNames || bytes > maxNamedBytes) {
      throw new Fault('request.too-large', { why: 'too many prepared statements and portals', count, bytes })
    }
  }
}

/** The SQL up to its NUL, as a copy. What stands behind the NUL a parser would not see and the server might. */
function textOf(body: ByteCursor): Uint8Array {
  return Buffer.from(body.untilNul())
}

function parsedTextAt(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const start = at + headerBytes
  return nameAt(bytes, start + nameAt(bytes, start, end).length + 1, end)
}

function nameAt(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const nul = bytes.indexOf(0, at)
  return bytes.subarray(at, nul === -1 || nul > end ? end : nul)
}
