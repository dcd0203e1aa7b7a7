// `sallyport verify FOLDER|URL`: the record checked offline, or over the network without trusting the gateway; every verdict by
// its name. Keys come from `--policy`; without it from the policy beside the record, and then the answer says so, because
// whoever forged a record would have forged that, too.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { partLimits, readPart, toFolderReader, type LogReader } from '../../seal/verify/log-reader.ts'
import type { Report, Verdict } from '../../seal/verify/report.ts'
import { verifyLog } from '../../seal/verify/verify-log.ts'
import { parseTlogPolicy, type TlogPolicy } from '../../seal/tlog/tlog-policy.ts'
import { BadUsage, Refused } from '../failure.ts'
import { readKnown } from '../gateway-client.ts'
import { paint, print, printJson, Progress, toSafeLine } from '../output.ts'
import { RemoteLog } from '../remote-log.ts'

const policyKey = 'log.policy'

export interface VerifyWish {
  readonly policy?: string
  readonly against?: string
  readonly json?: true
}

export async function verify(source: string, wish: VerifyWish): Promise<void> {
  // What was named wrongly is told before anybody is asked for anything.
  const against = wish.against === undefined ? null : readNamed(wish.against, partLimits.note)
  const named = wish.policy === undefined ? null : readNamed(wish.policy, partLimits.policy)
  const remote = /^https?:\/\//i.test(source) ? new RemoteLog(source, readKnown()) : null
  const reader = remote ?? toFolderReader(recordFolder(source))
  const progress = new Progress('checking entries')
  try {
    const policy = parsePolicy(named ?? (await policyBeside(reader)), wish.policy ?? policyKey)
    const report = await verifyLog({
      reader,
      policy,
      seen: against === null ? [] : [against],
      checksObjects: remote === null,
      looksBeyond: remote === null,
      onProgress: (done, total) => progress.update(done, total),
    })
    progress.end()
    if (wish.json) printJson({ ...report, pinned: named !== null })
    else printReport(report, named !== null)
    process.exitCode = report.isGood ? 0 : 1
  } finally {
    progress.end()
    await remote?.close()
  }
}

/** A data folder has its record inside; a copied record is one itself. */
function recordFolder(source: string): string {
  const folder = resolve(source)
  const inside = join(folder, 'record')
  if (existsSync(join(inside, 'checkpoint'))) return inside
  if (existsSync(join(folder, 'checkpoint')) || existsSync(inside)) return existsSync(inside) ? inside : folder
  throw new Refused(`${source} holds no record: there is no checkpoint in it`)
}

function parsePolicy(text: string, file: string): TlogPolicy {
  const policy = parseTlogPolicy(text)
  if ('problem' in policy) throw new Refused(`${file}: ${policy.problem}`)
  return policy
}

async function policyBeside(reader: LogReader): Promise<string> {
  const bytes = await readPart(reader, policyKey, partLimits.policy)
  if (typeof bytes !== 'string') return Buffer.from(bytes).toString('utf8')
  throw new Refused(
    `no trusted key (${policyKey} is ${bytes}): give the log's policy with --policy FILE (the gateway keeps one as ${policyKey})`,
  )
}

/** What the command line names. */
function readNamed(file: string, maxBytes: number): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw new BadUsage(`there is no file ${file}`)
  if (!stat.isFile() || stat.size > maxBytes) throw new BadUsage(`${file} is not a file that could be meant`)
  return readFileSync(file, 'utf8')
}

function printReport(report: Report, pinned: boolean): void {
  print(
    `${paint('bold', toSafeLine(report.origin ?? 'unknown log'))}  ${report.size} entries, root ${report.root ?? '–'}`,
  )
  const { sealed, open, crashed } = report.sessions
  print(
    `${sealed} sessions sealed, ${crashed} of them ended by a crash, ${open} still open; ` +
      `${report.objects} payload objects ${report.objectsChecked ? 'checked' : 'named, which are not read from here'}\n`,
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
