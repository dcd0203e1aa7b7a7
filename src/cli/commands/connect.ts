// `sallyport ls` and `sallyport connect NAME`.

import { z } from 'zod'
import { connectBody, connectionBody } from '../../admin/contract.ts'
import { GatewayClient } from '../gateway-client.ts'
import { paint, print, printJson, printTable, toSafeText } from '../output.ts'

export async function ls(options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const { connections } = await client.get('/api/connections', z.object({ connections: z.array(connectionBody) }))
  await client.close()
  if (options.json) {
    printJson(connections)
    return
  }
  printTable(connections, [
    { title: 'CONNECTION', of: (row) => row.name },
    { title: 'PROTOCOL', of: (row) => row.protocol },
    { title: 'ACCESS', of: (row) => row.access },
    { title: 'ALLOWED', of: (row) => named(row.actions, 'allow') },
    { title: 'HELD', of: (row) => named(row.actions, 'hold') },
    { title: 'WHY NOT', of: (row) => row.reason ?? '' },
  ])
}

function named(actions: readonly { action: string; outcome: string }[], outcome: string): string {
  return actions
    .filter((one) => one.outcome === outcome)
    .map((one) => one.action.replace(/^[^:]+:/, ''))
    .join(' ')
}

export async function connect(name: string, options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const answer = await client.post(`/api/connections/${encodeURIComponent(name)}/credential`, {}, connectBody)
  await client.close()
  if (options.json) {
    printJson(answer)
    return
  }
  for (const line of answer.lines) print(toSafeText(line))
  print(paint('dim', `# valid until ${answer.expiresAt}`))
}
