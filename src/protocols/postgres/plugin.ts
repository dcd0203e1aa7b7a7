// The plug-in, given a dialect: what it can do and how far it goes. index.ts introduces the real parser.

import type { CodecLimits, CodecProtocol } from '../../kernel/protocol.ts'
import { CancelKeys } from './cancel-keys.ts'
import { WireCodec } from './codec.ts'
import { checkConnection, howToConnect } from './connect.ts'
import type { SqlDialect } from './dialect.ts'
import { timer, type Ticker } from './hold-notice.ts'
import { render } from './render.ts'
import { cedar, credentialKinds, protocolId } from './vocabulary.ts'

export const limits: CodecLimits = {
  maxHandshakeFrameBytes: 10_000,
  maxFrameBytes: 16 * 1024 * 1024,
  phaseMs: { greeting: 15_000, tls: 15_000, identify: 30_000, open: 60_000, ready: 0 },
}

export function createProtocol(dialect: SqlDialect, ticker: Ticker = timer): CodecProtocol {
  return {
    id: protocolId,
    title: 'PostgreSQL',
    shape: 'codec',
    targetSchemes: ['postgres', 'postgresql'],
    credentialKinds,
    cedar,
    defaultPort: 8432,
    limits,
    directTlsAlpn: 'postgresql',
    checkConnection,
    howToConnect,
    render,
    listener() {
      const keys = new CancelKeys()
      const loaded = dialect.load()
      // Each session waits for it and hears of a failure; here nobody is waiting yet.
      loaded.catch(() => undefined)
      return (wishes) => new WireCodec(wishes, { keys, limits, dialect, loaded, ticker })
    },
  }
}
