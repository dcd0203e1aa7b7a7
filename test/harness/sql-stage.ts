// A real database, an issuer and a gateway in front of them, for tests that compare what the two say.

import { startDatabaseServer, type DatabaseServer } from './database-server.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { startIssuer } from './issuer.ts'

export interface SqlStage {
  readonly database: DatabaseServer
  readonly gateway: TestGateway
  /** What the gateway takes as a password. */
  readonly token: string
  stop(): Promise<void>
}

/** The database asks for its password in clear, as the gateway does. @param seed statements of its owner */
export async function startSqlStage(policies: string, seed = ''): Promise<SqlStage> {
  const issuer = await startIssuer()
  const database = await startDatabaseServer({ auth: 'password', seed })
  const gateway = await startGateway({
    issuer: issuer.url,
    policies,
    withoutStarterPolicies: true,
    env: { ORDERS_PASSWORD: database.password },
    sqlTls: 'off',
    connections: `  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${database.port}/orders?sslmode=disable
    credential: { user: app, password: env:ORDERS_PASSWORD }`,
  })
  const token = await issuer.token({ sub: 'tester', groups: [] })
  return {
    database,
    gateway,
    token,
    async stop() {
      await gateway.remove()
      await database.stop()
      await issuer.stop()
    },
  }
}
