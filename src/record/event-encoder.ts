// The writing side of event-codec.ts. On every action's path: no allocation but the batch buffer's own growth.

import type { Answered, Done, Event, RecordedPart, Refused, Requested } from '../kernel/event.ts'
import type { Finding } from '../kernel/finding.ts'
import { ByteWriter } from './byte-writer.ts'
import type { ColdEvent } from './cold-event.ts'
import { causes, kindCold, kindDone, kindRefused, kindRequest, kindResponse, outcomes } from './event-words.ts'
import type { Moment } from './event-words.ts'
import { StringWriter } from './string-table.ts'

/** Encodes into one batch at a time; the strings that it remembers outlive the batch, as long as the segment does. */
export class EventEncoder {
  readonly #out: ByteWriter
  readonly #strings: StringWriter
  #count = 0

  constructor(maxBytes: number) {
    this.#out = new ByteWriter(maxBytes)
    this.#strings = new StringWriter(this.#out)
  }

  /** Bytes of the batch so far. */
  get length(): number {
    return this.#out.length
  }

  /** Events in the batch so far. */
  get count(): number {
    return this.#count
  }

  /** The reader must start with an empty table again: the next batch is marked so. */
  get stringsFull(): boolean {
    return this.#strings.full
  }

  /** The batch; valid until the next call. */
  batch(): Uint8Array {
    return this.#out.written()
  }

  clearBatch(): void {
    this.#out.clear()
    this.#count = 0
  }

  clearStrings(): void {
    this.#strings.clear()
  }

  /** All or nothing: after a Fault the batch is as it was. @throws Fault `record.unavailable` when the event is too large */
  encode(event: Event): void {
    const start = this.#out.length
    try {
      const at = this.#out.reserveUint32()
      this.#event(event)
      this.#out.patchUint32(at, this.#out.length - at - 4)
    } catch (failure) {
      this.#out.truncate(start)
      this.#strings.forget()
      throw failure
    }
    this.#strings.keep()
    this.#count++
  }

  #event(event: Event): void {
    switch (event.t) {
      case 'request':
        return this.#request(event)
      case 'response':
        return this.#response(event)
      case 'done':
        return this.#done(event)
      case 'refused':
        return this.#refused(event)
      case 'gateway':
      case 'session.open':
      case 'held':
      case 'approval':
      case 'cred.inject':
      case 'access':
      case 'fault':
      case 'session.end':
        return this.#cold(event)
    }
  }

  #moment(kind: number, event: Moment): void {
    this.#out.byte(kind)
    this.#strings.repeated(event.session)
    this.#out.float(event.atMs)
    this.#out.float(event.upMs)
    this.#number(event.action)
  }

  #request(event: Requested): void {
    this.#moment(kindRequest, event)
    this.#strings.repeated(event.label)
    this.#texts(event.actions)
    this.#out.byte((event.effectful ? 1 : 0) | (event.complete ? 2 : 0))
    this.#texts(event.policies)
    this.#strings.repeated(event.policyVersion)
    this.#strings.onceOrNull(event.approval)
    this.#parts(event.parts)
    this.#findings(event.findings)
    if (hasIgnored(event.findings)) this.#ignored(event.findings)
  }

  #response(event: Answered): void {
    this.#moment(kindResponse, event)
    this.#out.blob(event.bytes)
  }

  #done(event: Done): void {
    this.#moment(kindDone, event)
    this.#out.byte(outcomes.indexOf(event.outcome))
    this.#strings.repeatedOrNull(event.code)
    this.#number(event.responseBytes)
    this.#number(event.capturedBytes)
    this.#strings.onceOrNull(event.responseDigest)
    this.#out.byte(event.rows === null ? 0 : 1)
    if (event.rows !== null) this.#number(event.rows)
    this.#findings(event.findings)
    this.#number(event.coverage.scannedBytes)
    this.#number(event.coverage.opaqueBytes)
    const { encodedBytes = 0, disclosedBytes = 0 } = event.coverage
    if (encodedBytes === 0 && disclosedBytes === 0 && !hasIgnored(event.findings)) return
    this.#ignored(event.findings)
    this.#number(encodedBytes)
    this.#number(disclosedBytes)
  }

  #refused(event: Refused): void {
    this.#moment(kindRefused, event)
    this.#strings.repeated(event.label)
    this.#texts(event.actions)
    this.#texts(event.policies)
    this.#strings.repeated(event.policyVersion)
    this.#strings.repeated(event.denial.reason)
    this.#out.byte(causes.indexOf(event.denial.cause))
    this.#strings.onceOrNull(event.denial.approval)
    this.#strings.onceOrNull(event.denial.faultId)
    this.#parts(event.parts)
  }

  #cold(event: ColdEvent): void {
    this.#out.byte(kindCold)
    this.#strings.once(JSON.stringify(event))
  }

  #texts(texts: readonly string[]): void {
    this.#out.varint(texts.length)
    for (const text of texts) this.#strings.repeated(text)
  }

  #parts(parts: readonly RecordedPart[]): void {
    this.#out.varint(parts.length)
    for (const part of parts) {
      this.#strings.repeated(part.role)
      this.#strings.onceOrNull(part.digest)
      this.#out.byte(part.bytes === null ? 0 : 1)
      if (part.bytes !== null) this.#out.blob(part.bytes)
      this.#number(part.length)
    }
  }

  #findings(findings: readonly Finding[]): void {
    this.#out.varint(findings.length)
    for (const finding of findings) {
      this.#strings.repeated(finding.class)
      this.#strings.repeated(finding.rule)
      this.#strings.repeatedOrNull(finding.field)
      this.#number(finding.count)
    }
  }

  #ignored(findings: readonly Finding[]): void {
    this.#out.varint(findings.length)
    for (const finding of findings) this.#strings.repeatedOrNull(finding.ignoredBy ?? null)
  }

  /** A count as a rule, but a target's word may be anything: what is no safe integer keeps its exact value, too. */
  #number(value: number): void {
    if (value >= 0 && value < Number.MAX_SAFE_INTEGER && Number.isInteger(value) && !Object.is(value, -0)) {
      this.#out.varint(value + 1)
    } else {
      this.#out.byte(0)
      this.#out.float(value)
    }
  }
}

function hasIgnored(findings: readonly Finding[]): boolean {
  for (const finding of findings) if (finding.ignoredBy !== undefined) return true
  return false
}
