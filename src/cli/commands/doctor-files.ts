// What `sallyport doctor` reads of the files a gateway stands on: policies, credentials, certificates, databases, the end of
// the log. Nothing is opened for writing and no secret is shown.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Configuration } from '../../admin/config/configuration.ts'
import { References } from '../../dial/reference.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { partLimits, readPart, toFolderReader } from '../../seal/verify/log-reader.ts'
import { verifyCheckpoint } from '../../seal/tlog/checkpoint.ts'
import { parseTlogPolicy } from '../../seal/tlog/tlog-policy.ts'
import { checkRules } from './check.ts'
import { ok, reasonOf, warn, wrong, type Finding } from './finding.ts'

const dayMs = 86_400_000
const soonDays = 14

export function policies(configuration: Configuration): Finding[] {
  const { problems, rules } = checkRules(configuration)
  if (problems.length === 0) return [ok('policies', `${rules.length} rules are valid`)]
  return problems.map((problem) => wrong('policies', problem, 'correct the line; `sallyport check` shows the rest'))
}

/** Each is read as the gateway would read it, and forgotten. */
export function credentials({ settings, baseDir }: Configuration): Finding[] {
  const references = new References(baseDir, process.env, null)
  return settings.connections.flatMap(({ name, credential }) => {
    const missing = Object.entries(credential).flatMap(([field, reference]) =>
      field === 'user' ? [] : unreadable(references, reference),
    )
    const fix = 'set it where the gateway is started; without it the connection answers nobody'
    return missing.length === 0
      ? [ok(`credential of ${name}`, 'can be read')]
      : missing.map((what) => wrong(`credential of ${name}`, what, fix))
  })
}

function unreadable(references: References, reference: string): string[] {
  try {
    references.read(reference)
    return []
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [`${reference}: ${String(error.facts['why'] ?? 'it cannot be read')}`]
  }
}

export function certificates({ settings, dataDir, listeners }: Configuration): Finding[] {
  const all = [
    { name: 'https', tls: settings.listen.https.tls },
    ...listeners.map((one) => ({ name: one.protocol.id, tls: one.settings.tls })),
  ]
  const own = join(dataDir, 'tls')
  const automatic = { cert: join(own, 'server.pem'), key: join(own, 'server.key') }
  const findings = all.flatMap(({ name, tls }) =>
    typeof tls === 'string' ? [] : [certificate(`certificate of ${name}`, tls)],
  )
  // A start renews our own in time; only one that runs for very long finds it at its end.
  const usesOwn = all.some(({ tls }) => tls === 'auto') && existsSync(automatic.cert)
  return usesOwn ? [...findings, certificate('own certificate', automatic)] : findings
}

function certificate(check: string, { cert, key }: { readonly cert: string; readonly key: string }): Finding {
  try {
    const read = new X509Certificate(readFileSync(cert))
    if (!read.checkPrivateKey(createPrivateKey(readFileSync(key))))
      return wrong(check, 'its key is not the one beside it', `bring the key of ${cert}`)
    const days = Math.floor((read.validToDate.getTime() - systemClock.nowMs()) / dayMs)
    if (read.validFromDate.getTime() > systemClock.nowMs())
      return wrong(check, `valid from ${read.validFromDate.toISOString()} only`, 'look at the clock of this host')
    if (days < 0)
      return wrong(check, `expired on ${read.validToDate.toISOString()}`, 'renew it and restart the gateway')
    if (days < soonDays) return warn(check, `expires in ${days} days`, 'renew it and restart the gateway')
    return ok(check, `valid until ${read.validToDate.toISOString()}`)
  } catch (error) {
    return wrong(check, `cannot be read (${reasonOf(error)})`, `look at ${cert} and ${key}`)
  }
}

export function stores({ dataDir }: Configuration): Finding[] {
  return ['index.sqlite', 'state.sqlite'].flatMap((name) => {
    const path = join(dataDir, name)
    if (!existsSync(path)) return []
    const fix = 'stop the gateway and restore the file from a backup that is not older than the log'
    try {
      const database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 })
      try {
        const answer = database.prepare('PRAGMA quick_check(1)').get()
        const said = String(Object.values(answer ?? {})[0])
        return [said === 'ok' ? ok(`store ${name}`, 'whole') : wrong(`store ${name}`, 'damaged', fix)]
      } finally {
        database.close()
      }
    } catch (error) {
      return [wrong(`store ${name}`, `cannot be read (${reasonOf(error)})`, fix)]
    }
  })
}

/** The end of the log only; `verify` reads all of it. */
export async function record({ dataDir, settings }: Configuration): Promise<Finding[]> {
  const dir = join(dataDir, 'record')
  if (!existsSync(dir)) return []
  const reader = toFolderReader(dir)
  const note = await readPart(reader, 'checkpoint', partLimits.note)
  const text = await readPart(reader, 'log.policy', partLimits.policy)
  if (note === 'missing') return [ok('record', 'nothing is sealed yet')]
  const policy = typeof text === 'string' ? null : parseTlogPolicy(Buffer.from(text).toString())
  const [log] = policy === null || 'problem' in policy ? [] : policy.logs
  const checkpoint =
    typeof note === 'string' || log === undefined ? null : verifyCheckpoint(Buffer.from(note).toString(), log.key)
  const fix = 'keep the folder as it is and look at it with `sallyport verify`'
  if (checkpoint === null) return [wrong('record', 'its checkpoint or its policy cannot be read', fix)]
  if (typeof checkpoint === 'string') return [wrong('record', `its checkpoint is not its own: ${checkpoint}`, fix)]
  if (checkpoint.origin !== settings.origin)
    return [wrong('record', `it is the log of ${checkpoint.origin}`, 'a log keeps its name: correct `origin`')]
  return [ok('record', `${checkpoint.size} entries, signed by its own key`)]
}
