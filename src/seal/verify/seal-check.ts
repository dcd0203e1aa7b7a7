// Statements and payload objects against the entries that commit to them. A statement is verified as bytes under the key
// that was pinned, or else under the one that the log's first entry names, and only then read.

import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { toEnvelopeEntry, verifyEnvelope } from '../tlog/dsse.ts'
import { hashLeaf, toHex } from '../tlog/hash.ts'
import { toJcs, type JsonValue } from '../tlog/jcs.ts'
import type { Chain } from './chain-check.ts'
import { isMembers, parseObject, type SealEntry } from './leaf.ts'
import { partLimits, readPart, type LogReader } from './log-reader.ts'
import type { Findings } from './report.ts'

const emptyEntry = new Uint8Array(0)

export interface ObjectClaim {
  readonly ct: string
  readonly bytes: number
  /** Of the entry that commits to it. */
  readonly index: number
  readonly session: string
}

export interface SealCheckOptions {
  /** Name of the log. */
  readonly origin: string
  readonly key: KeyObject | null
  readonly checksObjects: boolean
}

export class SealCheck {
  readonly #origin: string
  readonly #reader: LogReader
  readonly #findings: Findings
  readonly #isPinned: boolean
  #key: KeyObject | null
  readonly #checksObjects: boolean
  objects = 0

  constructor(reader: LogReader, findings: Findings, options: SealCheckOptions) {
    this.#origin = options.origin
    this.#reader = reader
    this.#findings = findings
    this.#key = options.key?.type === 'private' ? createPublicKey(options.key) : options.key
    this.#isPinned = options.key !== null
    this.#checksObjects = options.checksObjects
    if (options.checksObjects) findings.ask('DISCLOSURE')
  }

  /** From `log.init`: as good as the log's own signature, which is pinned. */
  trustStatedKey(pem: unknown): void {
    if (this.#key !== null) return
    const key = typeof pem === 'string' ? toKey(pem) : null
    if (key === null) this.#findings.fail('INTEGRITY', 'the first entry names no key for statements')
    this.#key = key
  }

  appendObject(chain: Chain, ct: string): void {
    chain.objects.append(hashLeaf(Buffer.from(ct, 'hex')))
  }

  async checkObject(key: string, { ct, bytes, index, session }: ObjectClaim): Promise<void> {
    this.objects++
    if (!this.#checksObjects) return
    // No further than it should reach: what is longer was changed.
    const limit = Math.min(bytes, partLimits.object)
    const stored = await readPart(this.#reader, key, limit)
    const what = `object ${JSON.stringify(key.slice(0, 200))} of session ${session} (entry ${index})`
    if (stored === 'too large' && limit === bytes) this.#findings.fail('INTEGRITY', `${what} was changed`)
    else if (typeof stored === 'string') this.#findings.fail('DISCLOSURE', `${what} is ${stored}`)
    else if (stored.length !== bytes || hash('sha256', stored) !== ct)
      this.#findings.fail('INTEGRITY', `${what} was changed`)
  }

  async check(chain: Chain, { bytes, envelopeHash, payloadHash }: SealEntry, index: number): Promise<void> {
    const name = `the seal of session ${chain.name} (entry ${index})`
    const key = `seal/${chain.day}/${chain.name}-${payloadHash.slice(0, 16)}.json`
    const envelope = await readPart(this.#reader, key, partLimits.statement)
    if (typeof envelope === 'string') {
      this.#findings.fail('DISCLOSURE', `${name}: its statement ${JSON.stringify(key.slice(0, 200))} is ${envelope}`)
      return
    }
    const payload = this.#key === null ? null : verifyEnvelope(envelope, this.#key)
    if (hash('sha256', envelope) !== envelopeHash)
      this.#findings.fail('INTEGRITY', `${name}: its statement was changed`)
    else if (payload === null)
      this.#findings.fail('INTEGRITY', `${name} is not signed by the ${this.#isPinned ? 'pinned' : 'stated'} key`)
    else if (hash('sha256', payload) !== payloadHash)
      this.#findings.fail('INTEGRITY', `${name}: its statement is another one`)
    else if (this.#key === null || Buffer.compare(toEnvelopeEntry(envelope, this.#key) ?? emptyEntry, bytes) !== 0)
      // Stock verifiers believe the signature and the key that stand in the entry.
      this.#findings.fail('INTEGRITY', `${name} names another signature or key than its statement has`)
    else if (!chain.isBroken) this.#compare(chain, payload, name)
  }

  /** What the seal says of the session is what the log holds of it. */
  #compare(chain: Chain, payload: Uint8Array, name: string): void {
    const statement = parseObject(payload)
    const predicate = statement?.['predicate']
    const session = isMembers(predicate) ? predicate['session'] : null
    if (!isMembers(session) || !isMembers(session['events']) || !isMembers(session['objects'])) {
      this.#findings.fail('INTEGRITY', `${name} does not describe a session`)
      return
    }
    const { events, objects } = session
    const differences = [
      ['statement type', statement?.['_type'], 'https://in-toto.io/Statement/v1'],
      ['predicate type', statement?.['predicateType'], `https://${this.#origin}/attestation/session-seal/v1`],
      ['origin', session['origin'], this.#origin],
      // Twice in a statement: in its subject and where readers of the format look. Older logs have the first only.
      [
        'events',
        toJcs(((isMembers(predicate) ? predicate['events'] : null) ?? events) as JsonValue),
        toJcs(events as JsonValue),
      ],
      ['end', isMembers(predicate) ? predicate['end_reason'] : null, chain.end],
      ['session', session['session'], chain.name],
      ['first_index', events['first_index'], chain.first],
      ['last_index', events['last_index'], chain.last],
      ['count', events['count'], chain.seq + 1],
      ['rfc6962_root', events['rfc6962_root'], toHex(chain.range.root())],
      ['objects', objects['count'], chain.objects.size],
      ['objects root', objects['rfc6962_root'], toHex(chain.objects.root())],
      ['subject', subjectOf(statement), hash('sha256', toJcs(session as JsonValue))],
    ] as const
    for (const [what, said, found] of differences) {
      if (said !== found) this.#findings.fail('COMPLETENESS', `${name}: its ${what} is not that of the log`)
    }
  }
}

function subjectOf(statement: { readonly [name: string]: unknown } | null): unknown {
  const subjects = statement?.['subject']
  const subject: unknown = Array.isArray(subjects) && subjects.length === 1 ? subjects[0] : null
  const digest = isMembers(subject) ? subject['digest'] : null
  return isMembers(digest) ? digest['sha256'] : null
}

function toKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
