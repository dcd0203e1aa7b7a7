// The reading side of event-codec.ts. What it reads was authenticated, and is read as if it had not been.

import type { Done, Event, RecordedPart, Refused, Requested } from '../kernel/event.ts'
import type { Finding } from '../kernel/finding.ts'
import { ByteReader } from './byte-reader.ts'
import { toColdEvent } from './cold-event.ts'
import { causes, kindCold, kindDone, kindRefused, kindRequest, kindResponse, outcomes } from './event-words.ts'
import type { Moment } from './event-words.ts'
import { StringReader } from './string-table.ts'

/** Decodes batches in the order in which they were encoded. */
export class EventDecoder {
  readonly #strings = new StringReader()

  clearStrings(): void {
    this.#strings.clear()
  }

  /** `visit` gets each event and its length in bytes. @throws Fault `record.corrupt` */
  decodeBatch(batch: Uint8Array, count: number, visit: (event: Event, bytes: number) => void): void {
    const from = new ByteReader(batch)
    for (let index = 0; index < count; index++) {
      const start = from.offset
      const event = decodeEvent(from, this.#strings)
      visit(event, from.offset - start)
    }
    if (from.left > 0) throw from.corrupt('trailing-bytes')
  }
}

/** The next event. Its `bytes` are views into what is read. @throws Fault `record.corrupt` */
function decodeEvent(from: ByteReader, strings: StringReader): Event {
  const end = from.narrow(from.uint32())
  const event = decodeBody(from, strings)
  if (from.left > 0) throw from.corrupt('event-length')
  from.widen(end)
  return event
}

function decodeBody(from: ByteReader, strings: StringReader): Event {
  const kind = from.byte()
  switch (kind) {
    case kindRequest:
      return decodeRequest(from, strings)
    case kindResponse:
      return { t: 'response', ...decodeMoment(from, strings), bytes: from.blob() }
    case kindDone:
      return decodeDone(from, strings)
    case kindRefused:
      return decodeRefused(from, strings)
    case kindCold: {
      const event = toColdEvent(strings.text(from))
      if (event === null) throw from.corrupt('event')
      return event
    }
    default:
      throw from.corrupt('event-kind')
  }
}

function decodeMoment(from: ByteReader, strings: StringReader): Moment {
  return { session: strings.text(from), atMs: from.float(), upMs: from.float(), action: decodeNumber(from) }
}

function decodeRequest(from: ByteReader, strings: StringReader): Requested {
  const moment = decodeMoment(from, strings)
  const label = strings.text(from)
  const actions = decodeTexts(from, strings)
  const bits = from.byte()
  if (bits > 3) throw from.corrupt('bits')
  return {
    t: 'request',
    ...moment,
    label,
    actions,
    effectful: (bits & 1) !== 0,
    complete: (bits & 2) !== 0,
    policies: decodeTexts(from, strings),
    policyVersion: strings.text(from),
    approval: strings.textOrNull(from),
    parts: decodeParts(from, strings),
    findings: decodeIgnored(decodeFindings(from, strings), from, strings),
  }
}

function decodeDone(from: ByteReader, strings: StringReader): Done {
  const done: Done = {
    t: 'done',
    ...decodeMoment(from, strings),
    outcome: decodeChoice(from, outcomes),
    code: strings.textOrNull(from),
    responseBytes: decodeNumber(from),
    capturedBytes: decodeNumber(from),
    responseDigest: strings.textOrNull(from),
    rows: decodeFlag(from) ? decodeNumber(from) : null,
    findings: decodeFindings(from, strings),
    coverage: { scannedBytes: decodeNumber(from), opaqueBytes: decodeNumber(from) },
  }
  if (from.left === 0) return done
  const findings = decodeIgnored(done.findings, from, strings)
  const [encodedBytes, disclosedBytes] = [decodeNumber(from), decodeNumber(from)]
  return {
    ...done,
    findings,
    coverage: {
      ...done.coverage,
      ...(encodedBytes === 0 ? {} : { encodedBytes }),
      ...(disclosedBytes === 0 ? {} : { disclosedBytes }),
    },
  }
}

/** The rules by which they were not masked; written only when there are any. */
function decodeIgnored(findings: readonly Finding[], from: ByteReader, strings: StringReader): readonly Finding[] {
  if (from.left === 0) return findings
  if (from.count() !== findings.length) throw from.corrupt('ignored')
  return findings.map((finding) => {
    const ignoredBy = strings.textOrNull(from)
    return ignoredBy === null ? finding : Object.assign(finding, { ignoredBy })
  })
}

function decodeRefused(from: ByteReader, strings: StringReader): Refused {
  return {
    t: 'refused',
    ...decodeMoment(from, strings),
    label: strings.text(from),
    actions: decodeTexts(from, strings),
    policies: decodeTexts(from, strings),
    policyVersion: strings.text(from),
    denial: {
      reason: strings.text(from),
      cause: decodeChoice(from, causes),
      approval: strings.textOrNull(from),
      faultId: strings.textOrNull(from),
    },
    parts: decodeParts(from, strings),
  }
}

function decodeTexts(from: ByteReader, strings: StringReader): string[] {
  const texts: string[] = []
  for (let left = from.count(); left > 0; left--) texts.push(strings.text(from))
  return texts
}

function decodeParts(from: ByteReader, strings: StringReader): RecordedPart[] {
  const parts: RecordedPart[] = []
  for (let left = from.count(); left > 0; left--) {
    parts.push({
      role: strings.text(from),
      digest: strings.textOrNull(from),
      bytes: decodeFlag(from) ? from.blob() : null,
      length: decodeNumber(from),
    })
  }
  return parts
}

function decodeFindings(from: ByteReader, strings: StringReader): Finding[] {
  const findings: Finding[] = []
  for (let left = from.count(); left > 0; left--) {
    findings.push({
      class: strings.text(from),
      rule: strings.text(from),
      field: strings.textOrNull(from),
      count: decodeNumber(from),
    })
  }
  return findings
}

function decodeNumber(from: ByteReader): number {
  const next = from.varint()
  return next === 0 ? from.float() : next - 1
}

function decodeFlag(from: ByteReader): boolean {
  const value = from.byte()
  if (value > 1) throw from.corrupt('flag')
  return value === 1
}

function decodeChoice<T>(from: ByteReader, choices: readonly T[]): T {
  const choice = choices[from.byte()]
  if (choice === undefined) throw from.corrupt('choice')
  return choice
}
