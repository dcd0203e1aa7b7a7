// `sallyport verify FOLDER|URL`: the record checked offline, or over the network without trusting the gateway; every verdict by
// its name. Keys come from `--policy`; without it from the policy beside the record, and then the answer says so, because
// whoever forged a record would have forged that, too.

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { toFolderReader, type LogReader } from '../../seal/verify/log-reader.ts'
import type { Report, Verdict } from '../../seal/verify/report.ts'
import { verifyLog } from '../../seal/verify/verify-log.ts'
import { parseTlogPolicy, type TlogPolicy } from '../../seal/tlog/tlog-policy.ts'
import { Refused } from '../failure.ts'
import { GatewayClient } from '../gateway-client.ts'
import { paint, print, printJson, Progress } from '../output.ts'

const policyKey = 'log.policy'

export interface VerifyWish {
  readonly policy?: string
  readonly against?: string
  readonly json?: true
}

export async function verify(source: string, wish: VerifyWish): Promise<void> {
  const isRemote = /^https?:\/\//.test(source)
  const client = isRemote ? GatewayClient.fromProfile() : null
  const reader = client === null ? toFolderReader(recordFolder(source)) : toRemoteReader(client, source)
  const policy = await readPolicy(reader, wish.policy)
  const progress = new Progress('checking entries')
  const report = await verifyLog({
    reader,
    policy,
    seen: wish.against === undefined ? [] : [readFileSync(wish.against, 'utf8')],
    checksObjects: !isRemote,
    onProgress: (done, total) => progress.update(done, total),
  })
  progress.end()
  await client?.close()
  if (wish.json) printJson({ ...report, pinned: wish.policy !== undefined })
  else printReport(report, wish.policy !== undefined)
  process.exitCode = report.isGood ? 0 : 1
}

/** A data folder has its record inside; a copied record is one itself. */
function recordFolder(source: string): string {
  const folder = resolve(source)
  const inside = join(folder, 'record')
  if (existsSync(join(inside, 'checkpoint'))) return inside
  if (existsSync(join(folder, 'checkpoint')) || existsSync(inside)) return existsSync(inside) ? inside : folder
  throw new Refused(`${source} holds no record: there is no checkpoint in it`)
}

function toRemoteReader(client: GatewayClient, origin: string): LogReader {
  const base = `${origin.replace(/\/$/, '')}/log/`
  return { get: async (key) => await client.bytes(new URL(key, base).href) }
}

async function readPolicy(reader: LogReader, file: string | undefined): Promise<TlogPolicy> {
  const text = file === undefined ? await reader.get(policyKey) : readFileSync(file)
  if (text === null)
    throw new Refused(
      `no trusted key: give the log's policy with --policy FILE (the gateway keeps one as ${policyKey})`,
    )
  const policy = parseTlogPolicy(Buffer.from(text).toString('utf8'))
  if ('problem' in policy) throw new Refused(`${file ?? policyKey}: ${policy.problem}`)
  return policy
}

function printReport(report: Report, pinned: boolean): void {
  print(`${paint('bold', report.origin ?? 'unknown log')}  ${report.size} entries, root ${report.root ?? '–'}`)
  const { sealed, open, crashed } = report.sessions
  print(
    `${sealed} sessions sealed, ${crashed} of them ended by a crash, ${open} still open; ${report.objects} payload objects checked\n`,
  )
  for (const verdict of report.verdicts) printVerdict(verdict)
  if (!pinned)
    print(
      paint(
        'yellow',
        '\nThe key came with the record. Pin it: keep a copy of log.policy elsewhere and pass it with --policy.',
      ),
    )
  print(report.isGood ? paint('green', '\nThe record holds.') : paint('red', '\nThe record does not hold.'))
}

function printVerdict({ name, outcome, findings, notes, more }: Verdict): void {
  const color = outcome === 'PASS' ? 'green' : outcome === 'FAIL' ? 'red' : 'dim'
  print(`${paint(color, outcome.padEnd(11))} ${name}`)
  for (const finding of findings) print(`            ${paint('red', finding)}`)
  for (const note of notes) print(`            ${paint('dim', note)}`)
  if (more > 0) print(paint('dim', `            and ${more} more`))
}
