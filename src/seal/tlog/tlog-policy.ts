// An auditor's trust in one file (C2SP tlog-policy): which log keys count, and how many of which witnesses must have seen a
// checkpoint. A policy that says anything this reader does not know is refused whole.

import { parseVkey, type NoteKey } from './note-key.ts'

export interface TlogPolicy {
  readonly logs: readonly { readonly key: NoteKey; readonly url: string | null }[]
  readonly witnesses: ReadonlyMap<string, { readonly key: NoteKey; readonly url: string | null }>
  readonly groups: ReadonlyMap<string, WitnessGroup>
  /** Name of a witness or a group; null asks for none. */
  readonly quorum: string | null
}

interface WitnessGroup {
  readonly threshold: number
  readonly members: readonly string[]
}

/** @returns the policy, or what is wrong with which line, for an operator */
export function parseTlogPolicy(text: string): TlogPolicy | { readonly problem: string } {
  const draft = new PolicyDraft()
  for (const [i, raw] of text.split('\n').entries()) {
    const words = raw.trim().split(/[ \t]+/)
    if (raw.trim() === '' || raw.startsWith('#')) continue
    const problem = draft.add(words)
    if (problem !== null) return { problem: `line ${i + 1}: ${problem}` }
  }
  return draft.finish()
}

class PolicyDraft {
  readonly #logs: { key: NoteKey; url: string | null }[] = []
  readonly #witnesses = new Map<string, { key: NoteKey; url: string | null }>()
  readonly #groups = new Map<string, WitnessGroup>()
  #quorum: string | null | undefined

  add([keyword = '', ...words]: readonly string[]): string | null {
    switch (keyword) {
      case 'log':
        return this.#addLog(words)
      case 'witness':
        return this.#addWitness(words)
      case 'group':
        return this.#addGroup(words)
      case 'quorum':
        return this.#setQuorum(words)
      default:
        return 'an unknown keyword'
    }
  }

  finish(): TlogPolicy | { readonly problem: string } {
    if (this.#logs.length === 0) return { problem: 'no log is named' }
    if (this.#quorum === undefined) return { problem: 'no quorum is named; `quorum none` asks for no witness' }
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum }
  }

  #addLog([vkey = '', url, ...rest]: readonly string[]): string | null {
    const key = parseVkey(vkey)
    if (key === null || key.algorithm !== 'ed25519' || rest.length > 0) return 'not `log VKEY [URL]`'
    if (this.#logs.some((other) => other.key.vkey === vkey)) return 'this log is named already'
    this.#logs.push({ key, url: url ?? null })
    return null
  }

  #addWitness([name = '', vkey = '', url, ...rest]: readonly string[]): string | null {
    const key = parseVkey(vkey)
    if (name === '' || key === null || key.algorithm !== 'cosignature/v1' || rest.length > 0)
      return 'not `witness NAME VKEY [URL]` with a cosignature key'
    if (this.#isTaken(name)) return `the name ${told(name)} is taken`
    // The same key under two names would let one witness be counted twice.
    if ([...this.#witnesses.values()].some((other) => other.key.vkey === vkey)) return 'this witness is named already'
    this.#witnesses.set(name, { key, url: url ?? null })
    return null
  }

  #addGroup([name = '', needed = '', ...members]: readonly string[]): string | null {
    if (name === '' || members.length === 0) return 'not `group NAME all|any|N MEMBER…`'
    if (this.#isTaken(name)) return `the name ${told(name)} is taken`
    if (new Set(members).size !== members.length) return 'a member is named twice'
    const unknown = members.find((member) => !this.#witnesses.has(member) && !this.#groups.has(member))
    if (unknown !== undefined) return `${told(unknown)} is not named above`
    const threshold = needed === 'all' ? members.length : needed === 'any' ? 1 : parseCount(needed)
    if (threshold < 1 || threshold > members.length)
      return 'a threshold that no witnesses can reach or that asks for none'
    this.#groups.set(name, { threshold, members })
    return null
  }

  #setQuorum([name = '', ...rest]: readonly string[]): string | null {
    if (this.#quorum !== undefined || name === '' || rest.length > 0) return 'not one `quorum NAME|none`'
    if (name !== 'none' && !this.#isTaken(name)) return `${told(name)} is not named above`
    this.#quorum = name === 'none' ? null : name
    return null
  }

  #isTaken(name: string): boolean {
    return name === 'none' || this.#witnesses.has(name) || this.#groups.has(name)
  }
}

/** The file may come with the record, from anybody: its words go to a terminal quoted and cut. */
const told = (name: string): string => JSON.stringify(name.slice(0, 60).replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd'))

const parseCount = (text: string): number => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0)

/** Did enough witnesses sign? `signed` are vkeys whose cosignatures were verified. */
export function isQuorum(policy: TlogPolicy, signed: ReadonlySet<string>): boolean {
  return policy.quorum === null || isSatisfied(policy, policy.quorum, signed, new Map())
}

/**
 * Members are named before the groups that hold them, so this ends; each is looked at once, or two groups that both hold the
 * two before them, forty lines of that, would take for ever.
 */
function isSatisfied(
  policy: TlogPolicy,
  name: string,
  signed: ReadonlySet<string>,
  known: Map<string, boolean>,
): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const group = policy.groups.get(name)
  const answer =
    group === undefined
      ? signed.has(policy.witnesses.get(name)?.key.vkey ?? '')
      : group.members.filter((member) => isSatisfied(policy, member, signed, known)).length >= group.threshold
  known.set(name, answer)
  return answer
}
