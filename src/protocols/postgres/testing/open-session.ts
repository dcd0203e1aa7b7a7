// A session of the plug-in over recorded wishes, brought to where statements begin.

import { RecordingWishes, type WishOptions } from '../../../../test/harness/recording-wishes.ts'
import type { CodecProtocol } from '../../../kernel/protocol.ts'
import type { Ticker } from '../hold-notice.ts'
import { createProtocol } from '../plugin.ts'
import { client, server, toTypes, toWords } from './messages.ts'
import { ToyDialect } from './toy-dialect.ts'

export interface TestSession {
  readonly wishes: RecordingWishes
  readonly protocol: CodecProtocol
  /** Client bytes in one chunk; answers that wait are given. @returns what the client saw meanwhile, as words */
  readonly ask: (...frames: Uint8Array[]) => string[]
  /** The same from the target. */
  readonly answer: (...frames: Uint8Array[]) => string[]
  /** What went up since the last call, by type. */
  readonly sent: () => string[]
}

export const serverKey = { processId: 4711, key: Uint8Array.of(9, 8, 7, 6) }

export const greeting: readonly Uint8Array[] = [
  server.authentication(0),
  server.parameter('client_encoding', 'UTF8'),
  server.parameter('standard_conforming_strings', 'on'),
  server.key(serverKey.processId, serverKey.key),
  server.ready(),
]

export async function openSession(
  options: WishOptions & { readonly ticker?: Ticker; readonly minor?: number } = {},
  protocol: CodecProtocol = createProtocol(new ToyDialect(), options.ticker ?? (() => () => undefined)),
): Promise<TestSession> {
  const wishes = new RecordingWishes(protocol, { answers: 'later', ...options })
  const { codec } = wishes
  codec.fromClient(client.startup({}, options.minor ?? 0))
  codec.fromClient(client.password('token'))
  wishes.settle()
  codec.fromTarget(Buffer.concat(greeting))
  await turn()
  wishes.takeTarget()
  const session: TestSession = {
    wishes,
    protocol,
    ask(...frames) {
      codec.fromClient(Buffer.concat(frames))
      wishes.settle()
      return toWords(wishes.takeClient())
    },
    answer(...frames) {
      codec.fromTarget(Buffer.concat(frames))
      wishes.settle()
      return toWords(wishes.takeClient())
    },
    sent: () => toTypes(wishes.takeTarget()),
  }
  wishes.takeClient()
  return session
}

/** What waits for a promise happens. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
