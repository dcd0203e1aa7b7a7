// Bodies of leaves: ids, digests and counters only. Written as canonical JSON by template, member names in their sorted
// order. Free text (labels, reasons, names, statements) never comes here: it is in the payload records that `obj` commits to.

import { hash } from 'node:crypto'
import type {
  Accessed,
  ApprovalDecided,
  Done,
  Faulted,
  Held,
  Refused,
  Requested,
  SessionOpened,
} from '../kernel/event.ts'
import type { Finding } from '../kernel/finding.ts'
import { quote, quoteOrNull, wholeOrNull } from './tlog/jcs.ts'
import type { Kept } from './payload-object.ts'
import type { Pseudonyms } from './pseudonym.ts'

/** Longest list written out; a longer one becomes its count and digest. Four of them fit into a leaf. */
const maxListLength = 1500
const maxWordLength = 200

/** Canonical members of a request without its braces; what a `response` member may follow. */
export function toRequestMembers(event: Requested): string {
  const { action, actions, complete, approval, policies, policyVersion, effectful, findings } = event
  return (
    `"action":${wholeOrNull(action)},"actions":${toList(actions)},"complete":${complete},"decision":{"approval":` +
    `${wordOrNull(approval)},"outcome":"allow","policies":${toList(policies)},"version":${word(policyVersion)}},` +
    `"effectful":${effectful},"findings":${toFindings(findings)}`
  )
}

export function toResponse(event: Done, durationMs: number | null): string {
  const { responseBytes, capturedBytes, code, responseDigest, findings, coverage, outcome, rows } = event
  return (
    `{"bytes":${wholeOrNull(responseBytes)},"captured":${wholeOrNull(capturedBytes)},"code":${wordOrNull(code)},` +
    `"digest":${wordOrNull(responseDigest)},"findings":${toFindings(findings)},"ms":${wholeOrNull(durationMs)},` +
    `"opaque":${wholeOrNull(coverage.opaqueBytes)},"outcome":${quote(outcome)},"rows":${wholeOrNull(rows)},` +
    `"scanned":${wholeOrNull(coverage.scannedBytes)}}`
  )
}

export function toOpenBody(event: SessionOpened, pseudonyms: Pseudonyms): string {
  const { principal, policyVersion, grant, protocol, peer, visibleClasses } = event
  const act = principal.act.map(({ issuer, subject }) => pseudonyms.of(`${issuer}|${subject}`))
  return (
    `{"act":${toList(act)},"classes":${toList(visibleClasses)},"grant":${word(grant)},"issuer":${word(principal.issuer)},` +
    `"kind":${quote(principal.kind)},"method":${quote(principal.proof.method)},"policy":${word(policyVersion)},` +
    `"protocol":${word(protocol)},"run":${wordOrNull(principal.run)},"tls":${peer.tls},` +
    `"token":${quote(pseudonyms.of(`token|${principal.proof.tokenId}`))}}`
  )
}

export function toRefusedBody(event: Refused): string {
  const { action, actions, denial, policies, policyVersion } = event
  return (
    `{"action":${wholeOrNull(action)},"actions":${toList(actions)},"decision":{"approval":${wordOrNull(denial.approval)},` +
    `"cause":${quote(denial.cause)},"fault":${wordOrNull(denial.faultId)},"outcome":"deny",` +
    `"policies":${toList(policies)},"version":${word(policyVersion)}}}`
  )
}

export function toHeldBody(event: Held): string {
  const { action, approval, binding, approverGroups, policies } = event
  return (
    `{"action":${wholeOrNull(action)},"approval":${word(approval)},"binding":${word(binding)},` +
    `"groups":${toList(approverGroups)},"policies":${toList(policies)}}`
  )
}

export function toApprovalBody(event: ApprovalDecided, pseudonyms: Pseudonyms): string {
  const { approval, approver, binding, decision } = event
  return (
    `{"approval":${word(approval)},"approver":${approver === null ? 'null' : quote(pseudonyms.of(approver.id))},` +
    `"approver_kind":${approver === null ? 'null' : quote(approver.kind)},"binding":${word(binding)},` +
    `"decision":${quote(decision)}}`
  )
}

export function toAccessBody({ about, content, who }: Accessed, pseudonyms: Pseudonyms): string {
  return `{"content":${String(content)},"kind":${quote(who.kind)},"session":${word(about)},"who":${quote(pseudonyms.of(who.id))}}`
}

export function toFaultBody({ code, id }: Faulted): string {
  return `{"code":${word(code)},"fault":${word(id)},"kind":"${code === 'credential.exposed' ? 'exposure' : 'fault'}"}`
}

/** A commitment to a payload that lies, or will lie, in object `n` of its session. */
export function toCommitment(role: string, kept: Kept, n: number): string {
  return `{"bytes":${kept.length},"n":${n},"pc":"sha256:${kept.pc}","role":"${role}"}`
}

/** Class, count and rule, and the rule of the operator that let it through; not the field, whose name can come from a client. */
function toFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return '[]'
  return bounded(
    findings.map(
      ({ class: name, count, rule, ignoredBy }) =>
        `{"class":${word(name)},"count":${wholeOrNull(count)},` +
        `${ignoredBy === undefined ? '' : `"ignored":${word(ignoredBy)},`}"rule":${word(rule)}}`,
    ),
  )
}

function toList(words: readonly string[]): string {
  return words.length === 0 ? '[]' : bounded(words.map(word))
}

function bounded(items: readonly string[]): string {
  const text = `[${items.join(',')}]`
  return text.length <= maxListLength ? text : `{"count":${items.length},"sha256":"${hash('sha256', text)}"}`
}

export function word(text: string): string {
  return quote(text.length > maxWordLength ? text.slice(0, maxWordLength) : text)
}

function wordOrNull(text: string | null): string {
  return text === null ? quoteOrNull(null) : word(text)
}
