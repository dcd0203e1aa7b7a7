// `sallyport doctor`: looks at everything a gateway stands on and says what is wrong and the fix. It changes nothing.

import { accessSync, constants, existsSync, statfsSync, statSync, readdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { request } from 'undici'
import { readConfiguration, type Configuration } from '../../admin/config/configuration.ts'
import { printProblem } from '../../admin/config/yaml-source.ts'
import { systemClock } from '../../kernel/clock.ts'
import { endingRules } from '../../mask/index.ts'
import { protocols } from '../../protocols/index.ts'
import { paint, print, printJson, toSafeText } from '../output.ts'
import { certificates, credentials, policies, record, stores } from './doctor-files.ts'
import { ok, reasonOf, warn, wrong, type Finding } from './finding.ts'

const minFreeBytes = 1024 ** 3
const probeMs = 3_000

export async function doctor(options: { config: string; json?: true }): Promise<void> {
  const findings = await examine(options.config)
  if (options.json) printJson(findings)
  else for (const finding of findings) printFinding(finding)
  if (findings.some((finding) => finding.state === 'wrong')) process.exitCode = 1
}

function printFinding(finding: Finding): void {
  const sign = { ok: paint('green', '✔'), warn: paint('yellow', '!'), wrong: paint('red', '✖') }[finding.state]
  print(`${sign} ${toSafeText(`${finding.check}: ${finding.what}`)}`)
  if (finding.fix !== null) print(paint('dim', `    ${toSafeText(finding.fix)}`))
}

async function examine(file: string): Promise<Finding[]> {
  if (!existsSync(file))
    return [
      wrong(
        'configuration',
        `there is no ${file} here`,
        "name one with --config; the demo's is data/demo/sallyport.yaml",
      ),
    ]
  const configured = readConfiguration(file, protocols)
  if (!configured.ok) {
    return configured.problems.map((problem) =>
      wrong('configuration', printProblem(problem), 'correct the line; `sallyport check` shows the rest'),
    )
  }
  const { value } = configured
  return [
    ok('configuration', `${file} is valid`),
    ...policies(value),
    ...credentials(value),
    ...certificates(value),
    ...dataFolder(value),
    ...keyFiles(value),
    ...stores(value),
    ...(await record(value)),
    ...ignoreRules(value),
    ...(await Promise.all([...ports(value), ...targets(value), ...issuers(value)])),
  ]
}

function dataFolder({ dataDir }: Configuration): Finding[] {
  // Where it will be made, when it is not there yet.
  let there = dataDir
  while (!existsSync(there)) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = statfsSync(there)
    const free = bavail * bsize
    const text = `${(free / 1024 ** 3).toFixed(1)} GiB free`
    return [
      free < minFreeBytes
        ? wrong('disk', text, 'free some space: when the record cannot be written, nothing passes')
        : ok('disk', text),
    ]
  } catch (error) {
    return [
      wrong(
        'data folder',
        `${there} cannot be written (${reasonOf(error)})`,
        'make it writable for the account of the gateway',
      ),
    ]
  }
}

function keyFiles({ dataDir }: Configuration): Finding[] {
  const dir = join(dataDir, 'keys')
  if (!existsSync(dir)) return []
  try {
    const open = readdirSync(dir).filter((name) => (statSync(join(dir, name)).mode & 0o077) !== 0)
    return [
      open.length === 0
        ? ok('keys', 'readable by their owner only')
        : wrong('keys', `${open.join(', ')} can be read by others`, `chmod 600 ${dir}/*`),
    ]
  } catch (error) {
    return [wrong('keys', `cannot be looked at (${reasonOf(error)})`, `give ${dir} to the account of the gateway`)]
  }
}

function ignoreRules({ settings }: Configuration): Finding[] {
  const fix = 'ask its owner; `sallyport mask report` shows whether it is still needed'
  return endingRules(settings.masking.ignore, systemClock.nowMs()).map((what) => warn('ignore rules', what, fix))
}

function ports({ settings, listeners }: Configuration): Promise<Finding>[] {
  const all = [
    { name: 'https', ...settings.listen.https },
    ...listeners.map((one) => ({ name: one.protocol.id, ...one.settings })),
  ]
  return all.map(async ({ name, port, host }): Promise<Finding> => {
    const busy = await new Promise<string | null>((resolve) => {
      const server = createServer()
      server.once('error', (error) => resolve(reasonOf(error)))
      server.listen({ port, host }, () => server.close(() => resolve(null)))
    })
    if (busy === null) return ok(`port ${port}`, `free for ${name}`)
    return busy === 'EADDRINUSE'
      ? warn(
          `port ${port}`,
          `in use, wanted for ${name}`,
          'fine when the gateway is up; otherwise stop what holds it or choose another port',
        )
      : wrong(
          `port ${port}`,
          `cannot be opened for ${name} (${busy})`,
          'check listen.host and that the port is allowed',
        )
  })
}

function targets({ connections }: Configuration): Promise<Finding>[] {
  return connections.map(async ({ name, target }) => {
    const port = Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port)
    const failure = await reach(target.hostname.replace(/^\[|\]$/g, ''), port)
    return failure === null
      ? ok(`connection ${name}`, 'its target answers')
      : wrong(
          `connection ${name}`,
          `its target does not answer (${failure})`,
          'check the address, name resolution and the firewall between them',
        )
  })
}

async function reach(host: string, port: number): Promise<string | null> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: probeMs })
    const done = (failure: string | null): void => {
      socket.destroy()
      resolve(failure)
    }
    socket.once('connect', () => done(null))
    socket.once('timeout', () => done('timeout'))
    socket.once('error', (error) => done(reasonOf(error)))
  })
}

function issuers({ settings }: Configuration): Promise<Finding>[] {
  return settings.identity.issuers.map(async ({ name, issuer }) => {
    const check = `issuer ${name}`
    try {
      const answer = await request(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
        headersTimeout: probeMs,
        bodyTimeout: probeMs,
      })
      await answer.body.dump()
      if (answer.statusCode !== 200)
        return wrong(check, `discovery answered ${answer.statusCode}`, 'check identity.issuers[].issuer')
      return clockFinding(check, answer.headers['date'])
    } catch (error) {
      return wrong(
        check,
        `cannot be reached (${reasonOf(error)})`,
        'check the address and its certificate from this host',
      )
    }
  })
}

/** A clock that is off makes good tokens look expired; the issuer's own clock is at hand. */
function clockFinding(check: string, date: unknown): Finding {
  const offBy = typeof date === 'string' ? Math.abs(systemClock.nowMs() - Date.parse(date)) / 1000 : 0
  return offBy > 30
    ? warn(check, `its clock and ours differ by ${Math.round(offBy)} s`, 'synchronize the clock of this host')
    : ok(check, 'discovery answers, clocks agree')
}
