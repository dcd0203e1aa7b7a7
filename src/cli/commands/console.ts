// `sallyport console`: a link that signs a browser in, once.

import { z } from 'zod'
import { GatewayClient } from '../gateway-client.ts'
import { print, printJson, toSafeLine } from '../output.ts'

export async function openConsole(options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const { url } = await client.post('/api/console-link', {}, z.object({ url: z.string() }))
  await client.close()
  if (options.json) printJson({ url })
  else print(toSafeLine(url))
}
