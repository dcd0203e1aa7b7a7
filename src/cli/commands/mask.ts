// `sallyport mask scan` and `mask apply`: the masking engine on JSON lines, for tuning and for acceptance.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readConfiguration } from '../../admin/config/configuration.ts'
import { printProblem } from '../../admin/config/yaml-source.ts'
import { passingKey, toMasking } from '../../main/masking.ts'
import { createMasking, type Masking } from '../../mask/index.ts'
import { protocols } from '../../protocols/index.ts'
import { readNodeKey } from '../../store/keys.ts'
import { BadUsage } from '../failure.ts'
import { eachLine } from '../json-lines.ts'

const scanned = z.object({ id: z.unknown(), text: z.string(), classes: z.array(z.string()).optional() })
const applied = z.object({ id: z.unknown(), text: z.string() })

export async function scan(options: { config?: string }): Promise<void> {
  const masking = maskingOf(options.config)
  await eachLine(scanned, ({ id, text, classes }) => ({ id, findings: masking.scan(text, classes) }))
}

export async function apply(options: { config?: string }): Promise<void> {
  const masking = maskingOf(options.config)
  await eachLine(applied, ({ id, text }) => ({ id, ...masking.apply(text) }))
}

/** As the configuration asks for it; without one, as it is out of the box. */
export function maskingOf(file: string | undefined): Masking {
  return file === undefined ? withoutConfiguration() : fromConfiguration(file)
}

/** Nothing of the gateway's is needed, and nothing joins with its tokens. */
function withoutConfiguration(): Masking {
  return createMasking({ key: passingKey(), operators: {} })
}

function fromConfiguration(file: string): Masking {
  const configured = readConfiguration(file, protocols)
  if (!configured.ok) throw new BadUsage(configured.problems.map(printProblem).join('\n'))
  const { dataDir, settings } = configured.value
  if (!existsSync(join(dataDir, 'keys')))
    throw new BadUsage(`${dataDir} has no keys; start the gateway once, so that it makes them`)
  return toMasking(settings.masking, readNodeKey(dataDir, 'mask'))
}
