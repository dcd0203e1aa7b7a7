// Masking: how fast, how slow at worst, how exact beside its peers.

import { benchPeers } from './mask-peers.ts'
import { benchSpeed } from './mask-speed.ts'
import { benchWorst } from './mask-worst.ts'
import { toTable } from './report.ts'

export async function benchMask(): Promise<string> {
  const sections = [
    toTable(benchSpeed()),
    `### Made to be slow\n\n${benchWorst()}`,
    `### Beside its peers\n\n${await benchPeers()}`,
  ]
  return sections.join('\n\n')
}
