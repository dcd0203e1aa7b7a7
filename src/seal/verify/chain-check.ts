// Completeness: every session's entries are numbered without gaps, each names the one before, each session that ended has a
// seal right after its end, and a gateway that started again closed what its crash had cut. Memory: one row an open session.

import { toHex } from '../tlog/hash.ts'
import { CompactRange } from '../tlog/compact-range.ts'
import { GatewaySigns } from './gateway-signs.ts'
import { parseEntry, type Commitment, type Leaf, type SealEntry } from './leaf.ts'
import type { Findings } from './report.ts'
import type { SealCheck } from './seal-check.ts'

/** What is known of a session until its seal. */
export interface Chain {
  readonly name: string
  readonly boot: string
  /** `yyyy/mm/dd` of its opening: where its statement is kept. */
  readonly day: string
  readonly first: number
  last: number
  seq: number
  prev: string
  readonly range: CompactRange
  /** Ciphertext hashes of its objects. */
  readonly objects: CompactRange
  /** Highest number of an object that an entry refers to. */
  referred: number
  end: string | null
  /** Something is missing: the seal cannot fit and is not asked again. */
  isBroken: boolean
}

export class ChainCheck {
  readonly #origin: string
  readonly #findings: Findings
  readonly #seals: SealCheck
  readonly #chains = new Map<string, Chain>()
  /** Sessions that have a seal: nothing may follow it. */
  readonly #sealed = new Set<string>()
  /** A session whose `session.end` was the last entry: its seal must be the next. */
  #ending: Chain | null = null
  #node: Chain | null = null
  /** Of the last leaf: closings after a crash come before the first leaf of the next boot. */
  #boot = ''
  readonly #signs: GatewaySigns
  crashed = 0

  constructor(origin: string, findings: Findings, seals: SealCheck) {
    this.#origin = origin
    this.#findings = findings
    this.#seals = seals
    this.#signs = new GatewaySigns(findings)
    findings.ask('COMPLETENESS')
  }

  get sealed(): number {
    return this.#sealed.size
  }

  get open(): number {
    return this.#chains.size
  }

  async visit(entry: Uint8Array, index: number, hash: Uint8Array): Promise<void> {
    const parsed = parseEntry(entry)
    const ending = this.#ending
    this.#ending = null
    if (ending !== null) await this.#close(ending, parsed !== null && 'seal' in parsed ? { ...parsed, index } : null)
    if (parsed === null) {
      this.#findings.fail('INTEGRITY', `entry ${index} is neither a leaf nor a sealed statement`)
    } else if ('leaf' in parsed) {
      await this.#leaf(parsed.leaf, index, hash)
    } else if (ending === null) {
      this.#findings.fail('COMPLETENESS', `entry ${index} is a seal that follows no end of a session`)
    }
  }

  async finish(): Promise<void> {
    if (this.#ending !== null) await this.#close(this.#ending, null)
    for (const { name, boot } of this.#chains.values()) {
      if (boot === this.#boot) this.#findings.note('COMPLETENESS', `session ${name} is open: it has no seal yet`)
      else this.#findings.fail('COMPLETENESS', `session ${name} has no end, though its gateway is over`)
    }
    this.#signs.finish()
  }

  async #leaf(leaf: Leaf, index: number, hash: Uint8Array): Promise<void> {
    if (leaf.origin !== this.#origin)
      this.#findings.fail('INTEGRITY', `entry ${index} is of another log: ${JSON.stringify(leaf.origin.slice(0, 100))}`)
    if ((leaf.t === 'log.init') !== (index === 0))
      this.#findings.fail('INTEGRITY', `entry ${index} ${index === 0 ? 'does not begin a log' : 'begins it again'}`)
    const chain = this.#chainOf(leaf, index)
    this.#link(chain, leaf, index)
    chain.range.append(hash)
    chain.seq = leaf.seq
    chain.prev = toHex(hash)
    chain.last = index
    this.#boot = leaf.boot
    if (leaf.sid === null) this.#sign(leaf, index)
    for (const commitment of leaf.obj) await this.#commitment(chain, leaf, commitment, index)
    if (leaf.t === 'session.end' && leaf.sid !== null) {
      chain.end = typeof leaf.body['reason'] === 'string' ? leaf.body['reason'] : ''
      this.#ending = chain
    }
  }

  #chainOf(leaf: Leaf, index: number): Chain {
    const known = leaf.sid === null ? this.#node : this.#chains.get(leaf.sid)
    if (known !== null && known !== undefined) return known
    const chain = newChain(leaf, index)
    if (leaf.sid === null) {
      this.#node = chain
    } else {
      if (this.#sealed.has(leaf.sid))
        this.#findings.fail('COMPLETENESS', `entry ${index} belongs to session ${leaf.sid}, which was sealed before it`)
      this.#chains.set(leaf.sid, chain)
    }
    return chain
  }

  #link(chain: Chain, leaf: Leaf, index: number): void {
    const expected = chain.seq + 1
    const who = leaf.sid === null ? 'the gateway' : `session ${leaf.sid}`
    if (leaf.seq > expected) {
      const range = leaf.seq - 1 === expected ? `entry ${expected}` : `entries ${expected} to ${leaf.seq - 1}`
      this.#findings.fail('COMPLETENESS', `${range} of ${who} missing before log entry ${index}`)
    } else if (leaf.seq < expected) {
      this.#findings.fail('COMPLETENESS', `log entry ${index} repeats or reorders entry ${leaf.seq} of ${who}`)
    } else if ((leaf.prev ?? '') !== chain.prev) {
      this.#findings.fail('COMPLETENESS', `log entry ${index} does not follow entry ${leaf.seq - 1} of ${who}`)
    } else {
      return
    }
    chain.isBroken = true
  }

  async #commitment(chain: Chain, leaf: Leaf, { role, n, bytes, ct }: Commitment, index: number): Promise<void> {
    chain.referred = Math.max(chain.referred, n)
    if (role !== 'payload' || ct === null) return
    const key = leaf.body['key']
    if (n !== chain.objects.size + 1)
      this.#findings.fail('COMPLETENESS', `object ${chain.objects.size + 1} of session ${chain.name} is missing`)
    this.#seals.appendObject(chain, ct)
    await this.#seals.checkObject(typeof key === 'string' ? key : '', { ct, bytes, index, session: chain.name })
  }

  #sign(leaf: Leaf, index: number): void {
    if (leaf.t === 'log.init') this.#seals.trustStatedKey(leaf.body['attestation_key'])
    if (this.#signs.visit(leaf, index)) this.#requireClosed(leaf.boot, index)
  }

  /** What the crash of the last boot cut is closed before the new boot writes anything. */
  #requireClosed(boot: string, index: number): void {
    for (const { name, boot: own } of this.#chains.values()) {
      if (own !== boot)
        this.#findings.fail(
          'COMPLETENESS',
          `session ${name} was not closed before the gateway went on at entry ${index}`,
        )
    }
  }

  async #close(chain: Chain, next: { seal: SealEntry; index: number } | null): Promise<void> {
    this.#chains.delete(chain.name)
    this.#sealed.add(chain.name)
    if (chain.end === 'gateway-crash') {
      this.crashed++
      this.#findings.note('COMPLETENESS', `session ${chain.name} was cut by a crash of the gateway`)
    }
    if (chain.referred > chain.objects.size)
      this.#findings.fail('COMPLETENESS', `object ${chain.objects.size + 1} of session ${chain.name} was never sealed`)
    if (next === null) this.#findings.fail('COMPLETENESS', `session ${chain.name} ended and has no seal`)
    else await this.#seals.check(chain, next.seal, next.index)
  }
}

function newChain(leaf: Leaf, index: number): Chain {
  return {
    name: leaf.sid ?? '',
    boot: leaf.boot,
    day: leaf.ts.slice(0, 10).replaceAll('-', '/'),
    first: index,
    last: index,
    seq: -1,
    prev: '',
    range: new CompactRange(),
    objects: new CompactRange(),
    referred: 0,
    end: null,
    isBroken: false,
  }
}
