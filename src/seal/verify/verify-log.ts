// The offline verifier: a copied data folder (or anything that answers by key) and an auditor's own policy file. Imports
// nothing of the gateway but the pure formats in tlog/, and trusts nothing but the keys in the policy.

import type { KeyObject } from 'node:crypto'
import { readCheckpoint, verifyCheckpoint, type VerifiedCheckpoint } from '../tlog/checkpoint.ts'
import { isSameHash, toBase64 } from '../tlog/hash.ts'
import type { NoteKey } from '../tlog/note-key.ts'
import { isQuorum, type TlogPolicy } from '../tlog/tlog-policy.ts'
import { lookBeyond } from './beyond.ts'
import { ChainCheck } from './chain-check.ts'
import { partLimits, readPart, type LogReader } from './log-reader.ts'
import { Findings, type Report } from './report.ts'
import { SealCheck } from './seal-check.ts'
import { checkTree } from './tree-check.ts'

export interface VerifyOptions {
  readonly reader: LogReader
  /** Whose signatures count; `parseTlogPolicy` reads the file. */
  readonly policy: TlogPolicy
  /** Pinned key of statements; null to take the one that the log's first entry names. */
  readonly attestationKey?: KeyObject | null
  /** Checkpoints of the same log that were seen earlier or elsewhere, as notes. */
  readonly seen?: readonly string[]
  /** false to leave payload objects alone (a copy without them). */
  readonly checksObjects?: boolean
  /** Whether to look for entries that are stored after those of the checkpoint: for who can look without asking anybody. */
  readonly looksBeyond?: boolean
  /** Called about once in 25,000 entries. */
  readonly onProgress?: (entries: number, of: number) => void
}

const progressEvery = 25_600

/** Never rejects for anything the log holds; rejects when it cannot be read at all. */
export async function verifyLog(options: VerifyOptions): Promise<Report> {
  const findings = new Findings()
  const checkpoint = await readSigned(options, findings)
  const checksObjects = options.checksObjects ?? true
  const nothing = { sealed: 0, open: 0, crashed: 0, objects: 0 }
  if (checkpoint === null) return toReport(findings, null, { ...nothing, checksObjects })
  checkWitnesses(options.policy, checkpoint, findings)
  const seals = new SealCheck(options.reader, findings, {
    origin: checkpoint.origin,
    key: options.attestationKey ?? null,
    checksObjects,
  })
  const chains = new ChainCheck(checkpoint.origin, findings, seals)
  const seen = readSeen(options, checkpoint, findings)
  const claim = { size: checkpoint.size, root: checkpoint.root, sizes: seen.map(({ size }) => size) }
  const { roots } = await checkTree(options.reader, claim, findings, async (entry, index, leafHash) => {
    if (index % progressEvery === 0) options.onProgress?.(index, checkpoint.size)
    await chains.visit(entry, index, leafHash)
  })
  await chains.finish()
  if (options.looksBeyond === true) await lookBeyond(options.reader, checkpoint.size, findings)
  for (const older of seen) {
    const root = roots.get(older.size)
    const isPrefix = root !== undefined && isSameHash(root, older.root)
    if (!isPrefix && older.size !== checkpoint.size)
      findings.fail('CONSISTENCY', `the first ${older.size} entries are not those of the checkpoint that was seen`)
  }
  options.onProgress?.(checkpoint.size, checkpoint.size)
  const { sealed, open, crashed } = chains
  return toReport(findings, checkpoint, { sealed, open, crashed, objects: seals.objects, checksObjects })
}

async function readSigned({ reader, policy }: VerifyOptions, findings: Findings): Promise<VerifiedCheckpoint | null> {
  const bytes = await readPart(reader, 'checkpoint', partLimits.note)
  if (typeof bytes === 'string') {
    findings.fail('INTEGRITY', bytes === 'missing' ? 'there is no checkpoint' : `the checkpoint is ${bytes}`)
    return null
  }
  const checkpoint = verifyBy(Buffer.from(bytes).toString(), policy)
  if (typeof checkpoint !== 'string') return checkpoint
  findings.fail('INTEGRITY', `the checkpoint is not signed as the policy asks: ${checkpoint}`)
  return null
}

/** The log key is chosen by the name the checkpoint claims; its signature decides. */
function verifyBy(note: string, policy: TlogPolicy): VerifiedCheckpoint | string {
  const origin = readCheckpoint(note)?.origin
  if (origin === undefined) return 'malformed'
  const keys = policy.logs.map(({ key }) => key).filter((key) => key.name === origin)
  if (keys.length === 0) return `the policy names no log ${JSON.stringify(origin.slice(0, 100))}`
  let problem = ''
  for (const key of keys) {
    // A log that changes its key signs with both for a time; a bad line of either spoils the note.
    const others = keys.filter((other) => other !== key)
    const result = verifyCheckpoint(note, key, [...others, ...witnessKeys(policy)])
    if (typeof result !== 'string') return result
    problem = result
  }
  return problem
}

function witnessKeys(policy: TlogPolicy): NoteKey[] {
  return [...policy.witnesses.values()].map(({ key }) => key)
}

function checkWitnesses(policy: TlogPolicy, { note }: VerifiedCheckpoint, findings: Findings): void {
  const signed = new Set(note.verified.filter(({ timeS }) => timeS !== null).map(({ key }) => key.vkey))
  if (policy.quorum === null) {
    findings.note(
      'WITNESSED',
      policy.witnesses.size === 0 ? 'none configured' : `${signed.size} signed; none is asked for`,
    )
    return
  }
  findings.ask('WITNESSED')
  findings.note('WITNESSED', `${signed.size} of ${policy.witnesses.size} signed`)
  if (!isQuorum(policy, signed))
    findings.fail('WITNESSED', `the quorum ${policy.quorum} has not signed this checkpoint`)
}

/** Checkpoints seen before: each must be of this log, and this copy must reach as far. */
function readSeen(
  { policy, seen = [] }: VerifyOptions,
  checkpoint: VerifiedCheckpoint,
  findings: Findings,
): VerifiedCheckpoint[] {
  const usable: VerifiedCheckpoint[] = []
  if (seen.length > 0) findings.ask('CONSISTENCY')
  else findings.note('CONSISTENCY', 'no older checkpoint was given')
  for (const note of seen) {
    const older = verifyBy(note, policy)
    if (typeof older === 'string') {
      findings.fail('CONSISTENCY', `a checkpoint that was seen is not signed as the policy asks: ${older}`)
    } else if (older.origin !== checkpoint.origin) {
      findings.fail('CONSISTENCY', `a checkpoint that was seen is of another log: ${older.origin}`)
    } else if (older.size > checkpoint.size) {
      const [lost, last] = [checkpoint.size, older.size - 1]
      findings.fail('CONSISTENCY', `the log was cut: entries ${lost} to ${last} were published and are missing`)
    } else {
      usable.push(older)
    }
    if (typeof older !== 'string' && older.size === checkpoint.size && !isSameHash(older.root, checkpoint.root))
      findings.fail(
        'CONSISTENCY',
        `split view: the log signed two roots for size ${older.size}, ${toBase64(checkpoint.root)} and ` +
          `${toBase64(older.root)}; the two notes are the proof`,
      )
  }
  return usable
}

function toReport(
  findings: Findings,
  checkpoint: VerifiedCheckpoint | null,
  counts: { sealed: number; open: number; crashed: number; objects: number; checksObjects: boolean },
): Report {
  const { sealed, open, crashed, objects, checksObjects } = counts
  findings.note('TIMED', 'no timestamps are configured')
  findings.note('RECONCILED', 'not compared with the records of any target')
  if (objects > 0)
    findings.note(
      'DISCLOSURE',
      `${objects} payload objects, encrypted; ` +
        (checksObjects ? 'their contents were not opened' : 'they are not part of what was read'),
    )
  const verdicts = findings.verdicts()
  return {
    isGood: checkpoint !== null && verdicts.every(({ outcome }) => outcome !== 'FAIL'),
    origin: checkpoint?.origin ?? null,
    size: checkpoint?.size ?? 0,
    root: checkpoint === null ? null : toBase64(checkpoint.root),
    sessions: { sealed, open, crashed },
    objects,
    objectsChecked: checkpoint !== null && checksObjects,
    verdicts,
  }
}
