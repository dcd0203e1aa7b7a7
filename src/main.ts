// Puts a gateway together: every room is made here, introduced to the others, and closed in the opposite order.
//
// Order of starting: keys and state, then the record, then who may, then sockets – nobody is let in before what they do can be
// recorded. Order of stopping: sockets, sessions, the record, the log.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createApi } from './admin/api.ts'
import type { AdminRooms } from './admin/rooms.ts'
import type { Configuration } from './admin/config/configuration.ts'
import { Dialer } from './dial/dialer.ts'
import { References } from './dial/reference.ts'
import { createIdentifier, type Identifier } from './identify/identifier.ts'
import type { IssuerSettings } from './identify/settings.ts'
import { LiveJourney } from './journey.ts'
import type { Clock } from './kernel/clock.ts'
import { newId } from './kernel/ids.ts'
import type { Log } from './kernel/log.ts'
import type { GatewayAddress, Protocol } from './kernel/protocol.ts'
import { readServerCertificate, type ServerCertificate } from './listen/authority.ts'
import { listenForBytes, type Listening } from './listen/byte-listener.ts'
import { listenForHttp, protocolRoute } from './listen/https-listener.ts'
import { openJournal } from './record/journal.ts'
import { SqlApprovals } from './store/approvals.ts'
import { openIdentityStore } from './store/identities.ts'
import { openNodeKeys } from './store/keys.ts'
import { openNodeIndex } from './store/node-index.ts'
import { openState } from './store/state.ts'
