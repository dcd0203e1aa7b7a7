// What most stories need: an issuer, a database of customers and orders, and a gateway whose connection `orders` leads to it.

import { customersSeed } from './customers.ts'
import { startDatabaseServer, type DatabaseServer } from './database-server.ts'
import { startGateway, type GatewayOptions, type TestGateway } from './gateway.ts'
import { startIssuer, type TestIssuer } from './issuer.ts'

export interface Orders {
  readonly issuer: TestIssuer
  readonly database: DatabaseServer
  readonly gateway: TestGateway
  stop(): Promise<void>
}

/** The connection `orders` to the database, as a gateway is configured with it. */
export function ordersConnection(
  database: DatabaseServer,
  tags: readonly string[],
): Pick<GatewayOptions, 'env' | 'connections'> {
  return {
    env: { ORDERS_PASSWORD: database.password },
    connections: `  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${database.port}/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }
    tags: [${tags.join(', ')}]`,
  }
}

/** @param options of the gateway, besides the connection. @param tags of the connection */
export async function startOrders(
  options: Partial<GatewayOptions> = {},
  tags: readonly string[] = ['prod', 'pii'],
): Promise<Orders> {
  const issuer = await startIssuer()
  const database = await startDatabaseServer({ seed: customersSeed })
  const gateway = await startGateway({ ...options, issuer: issuer.url, ...ordersConnection(database, tags) })
  const stop = async (): Promise<void> => {
    await gateway.remove()
    await database.stop()
    await issuer.stop()
  }
  return { issuer, database, gateway, stop }
}
