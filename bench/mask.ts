// Masking: how fast, how exact beside its peers.

import { benchPeers } from './mask-peers.ts'
import { benchSpeed } from './mask-speed.ts'
import { toTable } from './report.ts'

export async function benchMask(): Promise<string> {
  const sections = [toTable(benchSpeed()), `### Beside its peers\n\n${await benchPeers()}`]
  return sections.join('\n\n')
}
