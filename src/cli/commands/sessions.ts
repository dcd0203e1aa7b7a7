// `sallyport sessions`, `show`, `replay` and `kill`.

import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { eventBody, sessionBody, type EventBody, type SessionBody } from '../../admin/contract.ts'
import { toContentNote, toCoverageLines } from '../../admin/coverage.ts'
import { systemClock } from '../../kernel/clock.ts'
import { CannotReach } from '../failure.ts'
import { GatewayClient } from '../gateway-client.ts'
import { ago, paint, print, printJson, printTable, toSafeLine, toSafeText } from '../output.ts'

/** Between two events of a replay nobody waits longer than this. */
const longestPauseMs = 3_000
const eventsShape = z.object({ events: z.array(eventBody), next: z.number().nullable() })

export async function sessions(options: {
  live?: true
  connection?: string
  limit: string
  json?: true
}): Promise<void> {
  const client = GatewayClient.fromProfile()
  const query = new URLSearchParams({ limit: options.limit })
  if (options.live) query.set('live', 'true')
  if (options.connection !== undefined) query.set('connection', options.connection)
  const list = await client.get(`/api/sessions?${query.toString()}`, z.object({ sessions: z.array(sessionBody) }))
  await client.close()
  if (options.json) {
    printJson(list.sessions)
    return
  }
  printTable(list.sessions, [
    { title: 'SESSION', of: (row) => row.id },
    { title: 'WHO', of: (row) => row.principal },
    { title: 'CONNECTION', of: (row) => row.connection },
    { title: 'STARTED', of: (row) => ago(row.startedAt, systemClock.nowMs()) },
    { title: 'STATE', of: stateOf },
    { title: 'REQUESTS', of: (row) => String(row.requests) },
    { title: 'DENIED', of: (row) => String(row.refused) },
    { title: 'MASKED', of: (row) => String(row.maskedFields) },
  ])
}

function stateOf(session: SessionBody): string {
  if (session.live) return 'live'
  return session.endReason ?? 'open'
}

export async function show(id: string, options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const session = await client.get(`/api/sessions/${encodeURIComponent(id)}`, sessionBody)
  if (options.json) {
    const events: EventBody[] = []
    for await (const event of eachEvent(client, id)) events.push(event)
    printJson({ session, events })
  } else {
    printSession(session)
    for await (const event of eachEvent(client, id)) printEvent(event)
  }
  await client.close()
}

function printSession(session: SessionBody): void {
  print(
    `${paint('bold', toSafeLine(session.id))}  ${toSafeLine(`${session.protocol} ${session.connection}  ${stateOf(session)}`)}`,
  )
  const run = session.run === null ? '' : `  run ${session.run}`
  print(toSafeLine(`${session.principal} (${session.principalKind})${run}`))
  print(
    `${session.startedAt} – ${session.endedAt ?? 'now'}  ${session.sealIndex === null ? 'not sealed yet' : `sealed in entry ${session.sealIndex}`}`,
  )
  print(paint('dim', toCoverageLines(session.coverage).join('; ')))
  if (session.ignoredFields > 0) print(paint('dim', `${session.ignoredFields} findings let through by a rule`))
}

export async function replay(id: string, options: { speed: string; json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const speed = options.json ? 0 : Number(options.speed)
  let previousMs: number | null = null
  for await (const event of eachEvent(client, id)) {
    const atMs = Date.parse(event.at)
    if (previousMs !== null && speed > 0)
      await sleep(Math.min(longestPauseMs, Math.max(0, (atMs - previousMs) / speed)))
    previousMs = atMs
    if (options.json) printJson(event)
    else printEvent(event)
  }
  await client.close()
}

/** Page by page: a session may be longer than anything that fits into memory. @throws CannotReach when the pages go in a circle */
async function* eachEvent(client: GatewayClient, id: string): AsyncGenerator<EventBody> {
  for (let after: number | null = -1; after !== null;) {
    const page: z.infer<typeof eventsShape> = await client.get(
      `/api/sessions/${encodeURIComponent(id)}/events?after=${after}&content=true`,
      eventsShape,
    )
    yield* page.events
    if (page.next !== null && page.next <= after)
      throw new CannotReach(`the pages of ${id} go in a circle: what answers there is not a gateway of this version`)
    after = page.next
  }
}

function printEvent(event: EventBody): void {
  const outcome = [event.outcome, event.code].filter((word) => word !== null).join(' ')
  const head = `${event.at.slice(11, 23)}  ${event.type.padEnd(12)} ${toSafeLine(event.label)}`
  const color = event.outcome === 'completed' ? 'green' : 'red'
  print(`${head}${outcome === '' ? '' : paint(color, `  ${toSafeLine(outcome)}`)}`)
  if (event.policies.length > 0) print(paint('dim', `              by ${toSafeLine(event.policies.join(', '))}`))
  const masked = event.findings.filter((finding) => finding.ignoredBy === null).map(toFinding)
  const ignored = event.findings.filter((finding) => finding.ignoredBy !== null).map(toFinding)
  if (masked.length > 0) print(paint('yellow', `              masked ${toSafeLine(masked.join(', '))}`))
  if (ignored.length > 0) print(paint('dim', `              not masked ${toSafeLine(ignored.join(', '))}`))
  if (event.request !== null && event.request !== '') print(indent(event.request))
  if (event.response !== null && event.response !== '') print(paint('dim', indent(event.response)))
  const note = toContentNote(event.content)
  if (note !== null) print(paint('yellow', `              (${note})`))
}

function toFinding({ class: name, count, side, ignoredBy }: EventBody['findings'][number]): string {
  const rule = ignoredBy === null ? '' : ` by rule ${ignoredBy}`
  return `${name} ×${count}${rule}${side === 'request' ? ' in the record of the request' : ''}`
}

function indent(text: string): string {
  return toSafeText(text)
    .split('\n')
    .map((line) => `              ${line}`)
    .join('\n')
}

export async function kill(id: string, options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  await client.post(`/api/sessions/${encodeURIComponent(id)}/kill`, {}, z.object({ killed: z.literal(true) }))
  await client.close()
  if (options.json) printJson({ killed: true, session: id })
  else print(`${toSafeLine(id)} is ended.`)
}
