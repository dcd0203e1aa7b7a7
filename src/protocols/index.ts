// Every protocol that the gateway speaks. Adding one is a folder beside this file and a line in it.

import type { Protocol } from '../kernel/protocol.ts'
import { anthropic } from './anthropic/index.ts'
import { postgres } from './postgres/index.ts'

export const protocols: readonly Protocol[] = [anthropic, postgres]
