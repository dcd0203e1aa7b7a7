// The demo's identity provider in a process of its own. One line of JSON on stdout when it is ready; it ends when its
// stdin does.
//
//   node deploy/demo/idp.ts --port 5556 --data DIR [--token-file PATH]

import { parseArgs } from 'node:util'
import { agentClient, agentClientSecret, audience, loginClient } from './idp-accounts.ts'
import { startIdp } from './idp-server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string', default: '.' },
    'token-file': { type: 'string' },
  },
})

const tokenFile = values['token-file']
const idp = await startIdp({
  port: Number(values.port),
  dataDir: values.data,
  ...(tokenFile === undefined ? {} : { tokenFile }),
})
const ready = { ready: true, issuer: idp.issuer, audience, loginClient, agentClient, agentClientSecret, tokenFile }
process.stdout.write(`${JSON.stringify(ready)}\n`)

async function stop(): Promise<void> {
  await idp.close()
  process.exit(0)
}

process.once('SIGTERM', () => void stop())
// Ctrl-C reaches the whole group of processes; the demo decides when its provider ends.
process.on('SIGINT', () => undefined)
process.stdin.once('end', () => void stop())
process.stdin.resume()
