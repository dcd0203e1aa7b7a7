// `sallyport mask report`: which masking rules fire most, as the gateway recorded it.

import { maskingReportBody, type MaskingReportBody } from '../../admin/contract.ts'
import { systemClock } from '../../kernel/clock.ts'
import { BadUsage } from '../failure.ts'
import { GatewayClient } from '../gateway-client.ts'
import { paint, print, printJson, printTable } from '../output.ts'

export interface ReportOptions {
  readonly since: string
  readonly connection?: string
  readonly limit: string
  readonly json?: true
}

export async function report(options: ReportOptions): Promise<void> {
  const query = new URLSearchParams({ since: toTime(options.since, systemClock.nowMs()), limit: options.limit })
  if (options.connection !== undefined) query.set('connection', options.connection)
  const client = GatewayClient.fromProfile()
  const found = await client.get(`/api/masking/report?${query.toString()}`, maskingReportBody)
  await client.close()
  if (options.json) printJson(found)
  else printReport(found)
}

function printReport({ from, complete, total, lines }: MaskingReportBody): void {
  printTable(lines, [
    { title: 'SHARE', of: (row) => `${(row.share * 100).toFixed(1)} %` },
    { title: 'COUNT', of: (row) => String(row.count) },
    { title: 'SESSIONS', of: (row) => String(row.sessions) },
    { title: 'CLASS', of: (row) => row.class },
    { title: 'DETECTOR', of: (row) => row.rule },
    { title: 'CONNECTION', of: (row) => row.connection },
    { title: 'FIELD', of: (row) => row.field ?? '–' },
    { title: 'IN', of: (row) => row.side },
    { title: 'IGNORED BY', of: (row) => row.ignoredBy ?? '–' },
  ])
  print(
    paint('dim', `${total} findings since ${from}${complete ? '' : '; there was more than a report looks through'}`),
  )
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `7d`, `12h`, `2w`, `30m`, or a day or time of ISO 8601. @throws Error for anything else */
export function toTime(since: string, nowMs: number): string {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhdw])$/.exec(since) ?? []
  const ms = count === '' ? Date.parse(since) : nowMs - Number(count) * (unitMs[unit] ?? 0)
  if (Number.isNaN(ms) || (count === '' && !/^\d{4}-\d{2}-\d{2}/.test(since)))
    throw new BadUsage(`'${since}' is no time: write 7d, 12h or 2026-11-01`)
  return new Date(ms).toISOString()
}
