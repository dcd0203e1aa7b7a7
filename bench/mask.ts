// Masking: how fast, how slow at worst, how long it holds a stream back, how exact on what is none and beside its peers.

import { benchDelay } from './mask-delay.ts'
import { benchIdentifiers } from './mask-identifiers.ts'
import { benchPeers } from './mask-peers.ts'
import { benchSpeed } from './mask-speed.ts'
import { benchWorst } from './mask-worst.ts'
import { toTable } from './report.ts'

const peersLegend =
  'Labelled cases of `corpus/mask/labelled`, every tool with all it has on and scored by one rule (`bench/mask-cases.ts`): a value counts when all its letters and digits are hidden, what is none counts as hit when anything in it is. A bare number of nine digits is masked only beside a word or under a name, so our first row leaves it; asked for its class we name it, and peers cannot be asked. Pages of 4 KiB.'

export async function benchMask(): Promise<string> {
  const sections = [
    toTable(benchSpeed()),
    `### Held back\n\n${benchDelay()}`,
    `### Identifiers taken for something\n\n${benchIdentifiers()}`,
    `### Made to be slow\n\n${benchWorst()}`,
    `### Beside its peers\n\n${peersLegend}\n\n${await benchPeers()}`,
  ]
  return sections.join('\n\n')
}
