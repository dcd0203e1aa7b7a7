// `sallyport run -- CMD…`: one short-lived identity for everything a command does, handed over in its environment.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { runBody } from '../../admin/contract.ts'
import { GatewayClient } from '../gateway-client.ts'

export async function run(command: readonly string[], options: { connections?: string }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const connections = options.connections?.split(',').filter((name) => name !== '')
  const issued = await client.post('/api/runs', connections === undefined ? {} : { connections }, runBody)
  await client.close()
  const [program = '', ...args] = command
  // What is set for our own runtime is not the command's business.
  const { NODE_COMPILE_CACHE: _ours, ...environment } = process.env
  const child = spawn(program, args, { stdio: 'inherit', env: { ...environment, ...issued.env } })
  // Ctrl-C belongs to the command; we end when it does.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  process.exitCode = await new Promise<number>((resolve, reject) => {
    // Not once: a signal that it may not be sent is another one.
    child.on('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)))
  })
}

/** As shells tell it: 128 and the number of the signal. */
function exitCodeOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + constants.signals[signal]
}
