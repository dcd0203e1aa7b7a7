// `sallyport requests`, `approve` and `deny`.

import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { requestBody, type RequestBody } from '../../admin/contract.ts'
import { systemClock } from '../../kernel/clock.ts'
import { GatewayClient } from '../gateway-client.ts'
import { ago, paint, print, printJson, toSafeLine, toSafeText } from '../output.ts'

const watchMs = 1_000
const listShape = z.object({ requests: z.array(requestBody) })

export async function requests(options: { watch?: true; all?: true; json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const path = `/api/requests?state=${options.all ? 'all' : 'open'}`
  const seen = new Set<string>()
  do {
    const list = await client.get(path, listShape)
    const fresh = list.requests.filter((request) => !seen.has(`${request.id} ${request.status}`))
    for (const request of fresh) seen.add(`${request.id} ${request.status}`)
    for (const request of fresh) {
      if (options.json) printJson(request)
      else printRequest(request)
    }
    if (!options.watch && fresh.length === 0 && !options.json) print('No request waits.')
    if (options.watch) await sleep(watchMs)
  } while (options.watch)
  await client.close()
}

function printRequest(request: RequestBody): void {
  const status = request.status === 'open' ? paint('yellow', 'waiting') : toSafeLine(request.status)
  print(`${paint('bold', toSafeLine(request.id))}  ${status}  ${ago(request.createdAt, systemClock.nowMs())}`)
  print(`  ${toSafeLine(`${request.principal} on ${request.connection}: ${request.label}`)}`)
  for (const part of request.parts)
    print(`  ${paint('dim', toSafeLine(part.role))}  ${toSafeText(part.text).replaceAll('\n', '\n    ')}`)
  print(
    `  ${toSafeLine(request.reason)}  ${paint('dim', `needs ${toSafeLine(request.approverGroups.join(' and '))}; exactly sha256 ${toSafeLine(request.binding.slice(0, 16))}…`)}`,
  )
  if (request.status === 'open') print(paint('dim', `  sallyport approve ${toSafeLine(request.id)} --reason "…"`))
}

export async function decide(
  verdict: 'approve' | 'deny',
  id: string,
  options: { reason: string; json?: true },
): Promise<void> {
  const client = GatewayClient.fromProfile()
  const answer = await client.post(
    `/api/requests/${encodeURIComponent(id)}/${verdict}`,
    { reason: options.reason },
    requestBody,
  )
  await client.close()
  if (options.json) printJson(answer)
  else print(toSafeLine(`${answer.id} is ${answer.status}.`))
}
