// The PostgreSQL frontend/backend protocol, versions 3.0 and 3.2, on both sides
// (https://www.postgresql.org/docs/current/protocol.html). It knows messages, order and where text lies; what a statement
// does it asks languages/, and who may do it it is told.

import { loadSql, statementCache } from '../../languages/sql/index.ts'
import { createProtocol } from './plugin.ts'
import { protocolId } from './vocabulary.ts'

/** One for the process: what a text means does not depend on who asks. */
const cache = statementCache(protocolId)

export const postgres = createProtocol({ load: loadSql, classify: (sql) => cache.classify(sql) })
