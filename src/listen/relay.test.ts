import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { agent } from '../../test/harness/fake-journey.ts'
import { toy } from '../../test/integration/toy/index.ts'
import type { Denial } from '../kernel/decision.ts'
import { toFault, type Fault } from '../kernel/fault.ts'
import type { Journey, Session } from '../kernel/journey.ts'
import type { ByteTarget } from '../kernel/target.ts'
import { Relay } from './relay.ts'

/** A journey whose `open` a test answers, and a session that says what became of it. */
class OneSession implements Journey {
  readonly opening = Promise.withResolvers<Session | Denial>()
  readonly dialling = Promise.withResolvers<ByteTarget>()
  readonly revoking = new AbortController()
  readonly faults: Fault[] = []
  readonly ends: string[] = []
  asked = 0
  dialled = 0
  readonly session: Session

  constructor() {
    const never = (): never => {
      throw new Error('not asked for here')
    }
    this.session = {
      id: 'ses_1',
      principal: agent,
      get connection() {
        return never()
      },
      get passage() {
        return never()
      },
      revoked: this.revoking.signal,
      dialBytes: () => {
        this.dialled++
        return this.dialling.promise
      },
      dialHttp: never,
      begin: never,
      consider: never,
      failed: (thrown) => this.failed(thrown),
      end: (reason) => {
        this.ends.push(reason)
        return Promise.resolve()
      },
    }
  }

  identify(): Promise<typeof agent> {
    return Promise.resolve(agent)
  }

  exchange(): never {
    throw new Error('not asked for here')
  }

  open(): Promise<Session | Denial> {
    this.asked++
    return this.opening.promise
  }

  failed(thrown: unknown): Fault {
    const fault = toFault(thrown)
    this.faults.push(fault)
    return fault
  }
}

interface Stage {
  readonly client: Socket
  readonly journey: OneSession
  /** The gateway's end. */
  readonly socket: Socket
}

/** A client that has said who it is and where it wants to go, so that `open` is asked. */
async function openStage(context: TestContext): Promise<Stage> {
  const journey = new OneSession()
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const [socket] = (await once(server, 'connection')) as [Socket]
  void new Relay(socket, { protocol: toy, newCodec: toy.listener(), journey, tls: null })
  context.after(() => {
    client.destroy()
    socket.destroy()
    server.close()
  })
  client.on('error', () => undefined)
  client.write('token orders\n')
  await until(() => journey.asked === 1)
  return { client, journey, socket }
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 2_000) throw new Error('the condition never came true')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function toTarget(): { target: ByteTarget; closed: () => number } {
  let count = 0
  const never = (): never => {
    throw new Error('not asked for here')
  }
  const target: ByteTarget = {
    url: new URL('toy://target'),
    credential: { user: '', scramSha256: never, md5Password: never, cleartextPassword: never },
    tlsMode: 'disable',
    attach: never,
    send: never,
    pause: () => undefined,
    resume: () => undefined,
    startTls: never,
    channelBinding: () => null,
    sendAside: never,
    close: () => {
      count++
    },
  }
  return { target, closed: () => count }
}

test('a session that opens for a client that has gone is ended, and nothing is dialled for it', async (context) => {
  const { client, journey, socket } = await openStage(context)
  client.destroy()
  await once(socket, 'close')
  journey.opening.resolve(journey.session)
  await until(() => journey.ends.length > 0)
  assert.deepEqual([journey.ends, journey.dialled, journey.faults.length], [['client-closed'], 0, 0])
})

test('a session that was revoked before it was handed over reaches no target', async (context) => {
  const { client, journey } = await openStage(context)
  journey.revoking.abort('revoked')
  journey.opening.resolve(journey.session)
  await once(client.resume(), 'end')
  assert.deepEqual([journey.ends, journey.dialled], [['revoked'], 0])
})

test('a target that answers for a client that has gone is closed', async (context) => {
  const { client, journey } = await openStage(context)
  journey.opening.resolve(journey.session)
  await until(() => journey.dialled === 1)
  client.destroy()
  await until(() => journey.ends.length > 0)
  const { target, closed } = toTarget()
  journey.dialling.resolve(target)
  await until(() => closed() === 1)
  assert.deepEqual(journey.ends, ['client-closed'])
})
