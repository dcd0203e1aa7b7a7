// `sallyport up`: the gateway, until it is told to stop. SIGTERM drains: new connections are refused, open ones end, the
// record is sealed. Told while it starts, it starts to its end and stops; told twice, it is gone at once.

import { readConfiguration } from '../../admin/config/configuration.ts'
import { printProblem } from '../../admin/config/yaml-source.ts'
import { systemClock } from '../../kernel/clock.ts'
import { startGateway } from '../../main.ts'
import { createLog } from '../../main/log.ts'
import { protocols } from '../../protocols/index.ts'
import { complain, toSafeText } from '../output.ts'

export async function up(options: { config: string }): Promise<void> {
  const configured = readConfiguration(options.config, protocols)
  if (!configured.ok) {
    for (const problem of configured.problems) complain(toSafeText(printProblem(problem)))
    process.exitCode = 1
    return
  }
  const log = createLog('info')
  // Listened to before there is anything to stop: as the first process of a container, nobody else would hear it. A terminal
  // that closes says SIGHUP; without an answer the record would tell of a crash.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  const gateway = await startGateway(configured.value, { clock: systemClock, log, protocols })
  log.info('ready', { https: gateway.httpOrigin, ca: gateway.caFile, ...gateway.ports })
  await stopped
  log.info('stopping')
  await gateway.close()
}
