// A protocol of one folder: a line in, a line out. The first line is `TOKEN CONNECTION`; `drop …` is a write, all else a read.
// It is what a newcomer would write after reading ARCHITECTURE.md, and the test beside it adds it to a gateway by one line.

import type { Action, Facts } from '../../../src/kernel/action.ts'
import { isDenial, type Denial } from '../../../src/kernel/decision.ts'
import { Fault } from '../../../src/kernel/fault.ts'
import type { Passage, Session } from '../../../src/kernel/journey.ts'
import type { Carrier } from '../../../src/kernel/masker.ts'
import type { Codec, CodecProtocol, Wishes } from '../../../src/kernel/protocol.ts'
import { Secret } from '../../../src/kernel/secret.ts'

const maxLineBytes = 4096
const field = { name: null, content: 'text' } as const

function toFacts(line: string): Facts {
  const actions = line.startsWith('drop ') ? ['toy:drop'] : ['toy:say']
  return {
    actions,
    effectful: actions[0] === 'toy:drop',
    complete: true,
    context: { toy: { length: line.length } },
    key: `${actions[0]} ${line.length}`,
  }
}

function toAction(line: string): Action {
  const bytes = Buffer.from(line)
  return {
    label: line.split(' ')[0] ?? '',
    facts: toFacts(line),
    canonical: () => [bytes],
    parts: [{ role: 'line', field, bytes, digest: null }],
  }
}

const carrier: Carrier = {
  carry: (chunk, masker) => masker.value(chunk, 0, chunk.length, field) ?? chunk,
  finish: () => new Uint8Array(0),
}

class ToyCodec implements Codec {
  readonly #wishes: Wishes
  #held = ''
  #session: Session | null = null
  #passage: Passage | null = null

  constructor(wishes: Wishes) {
    this.#wishes = wishes
  }

  fromClient(bytes: Uint8Array): void {
    this.#held += Buffer.from(bytes).toString()
    if (this.#held.length > maxLineBytes) throw new Fault('frame.too-large', { bytes: this.#held.length })
    const end = this.#held.indexOf('\n')
    if (end === -1) return
    const line = this.#held.slice(0, end)
    this.#held = this.#held.slice(end + 1)
    if (this.#session === null) this.#greet(line)
    else this.#ask(this.#session, line)
  }

  fromTarget(bytes: Uint8Array): void {
    const passage = this.#passage ?? this.#session?.passage
    if (passage === undefined) return
    this.#wishes.tellClient(bytes, passage, carrier)
    if (this.#passage === null) return
    this.#wishes.endResponse(this.#passage, carrier, { outcome: 'completed', code: null, rows: 1 })
    this.#passage = null
    this.fromClient(new Uint8Array(0))
  }

  secured(): void {
    this.#wishes.phase('greeting')
  }

  refuse(denial: Denial): void {
    this.#wishes.say(Buffer.from(`! ${denial.reason}\n`))
  }

  targetClosed(): void {
    this.#wishes.close('target-closed')
  }

  clientClosed(): boolean {
    this.#passage?.end({ outcome: 'cut', code: null, rows: null })
    return this.#held.length > 0
  }

  #greet(line: string): void {
    const [token = '', connection = ''] = line.split(' ')
    this.#wishes.phase('identify')
    this.#wishes.identify({ token: new Secret(token), rule: null }, (who) => {
      if (isDenial(who)) this.#end(who)
      else this.#open(who, connection)
    })
  }

  #open(who: Parameters<Wishes['open']>[0], connection: string): void {
    const held = (): void => this.#wishes.say(Buffer.from('… waiting\n'))
    this.#wishes.open(who, { connection, client: null }, held, (opened) => {
      if (isDenial(opened)) {
        this.#end(opened)
        return
      }
      this.#session = opened.session
      this.#wishes.phase('ready')
      this.#wishes.say(Buffer.from('ok\n'))
    })
  }

  #ask(session: Session, line: string): void {
    const held = (): void => this.#wishes.say(Buffer.from('… waiting\n'))
    this.#wishes.judge(session, toAction(line), held, (outcome) => {
      if (isDenial(outcome)) this.refuse(outcome)
      else {
        this.#passage = outcome
        this.#wishes.tellTarget(Buffer.from(`${line}\n`), outcome)
      }
    })
  }

  #end(denial: Denial): void {
    this.refuse(denial)
    this.#wishes.close('client-closed')
  }
}

export const toy: CodecProtocol = {
  id: 'toy',
  title: 'Toy',
  shape: 'codec',
  defaultPort: 0,
  directTlsAlpn: null,
  targetSchemes: ['toy'],
  credentialKinds: [{ name: 'password', fields: ['user', 'password'], header: null }],
  limits: {
    maxHandshakeFrameBytes: maxLineBytes,
    maxFrameBytes: maxLineBytes,
    phaseMs: { greeting: 400, tls: 1000, identify: 5000, open: 5000, ready: 0 },
  },
  cedar: {
    contextKey: 'toy',
    attributes: { length: { type: 'Long', required: true, doc: 'characters of the line' } },
    actions: { 'toy:say': { memberOf: ['toy:use'] }, 'toy:drop': { memberOf: ['toy:use'] } },
  },
  checkConnection: () => [],
  howToConnect: (at) => ({ lines: [`nc ${at.host} ${at.port ?? 0}`], env: {} }),
  render: ({ parts, response }) => ({
    request: parts.map((part) => Buffer.from(part.bytes ?? []).toString()).join('\n'),
    response: Buffer.from(response).toString(),
  }),
  listener: () => (wishes) => {
    wishes.phase('greeting')
    return new ToyCodec(wishes)
  },
}
