// `sallyport console`: a link that signs a browser in, once.

import { z } from 'zod'
import { GatewayClient } from '../gateway-client.ts'
import { print } from '../output.ts'

export async function openConsole(): Promise<void> {
  const client = GatewayClient.fromProfile()
  const { url } = await client.post('/api/console-link', {}, z.object({ url: z.string() }))
  await client.close()
  print(url)
}
