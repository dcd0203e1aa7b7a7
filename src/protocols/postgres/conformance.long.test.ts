// The suite that every codec passes, with conversations of this protocol.

import { checkConformance, type Step } from '../conformance.ts'
import { createProtocol } from './plugin.ts'
import { client, server, toWords } from './testing/messages.ts'
import { greeting } from './testing/open-session.ts'
import { ToyDialect } from './testing/toy-dialect.ts'

const says = (...frames: Uint8Array[]): Step => ({ from: 'client', bytes: Buffer.concat(frames) })
const answers = (...frames: Uint8Array[]): Step => ({ from: 'target', bytes: Buffer.concat(frames) })
const head = (type: string, length: number): Uint8Array =>
  Buffer.from([
    type.charCodeAt(0),
    (length >>> 24) & 0xff,
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  ])

const rows = [
  server.columns({ name: 'mail' }, { name: 'n', oid: 23 }),
  server.row('ada@example.com', '1'),
  server.row('x', null),
]

checkConformance({
  newProtocol: () => createProtocol(new ToyDialect(), () => () => undefined),
  start: [says(client.startup({}, 9999)), says(client.password('token')), answers(...greeting)],
  request: client.query('SELECT 1'),
  conversations: [
    {
      name: 'simple queries',
      steps: [
        says(client.query('SELECT mail FROM t')),
        answers(...rows, server.complete('SELECT 2'), server.ready()),
        says(client.query('INSERT INTO t')),
        answers(server.notice('to bob@example.com'), server.error('23505', 'Key (ada@example.com)'), server.ready()),
      ],
    },
    {
      name: 'a pipeline with an error in it',
      steps: [
        says(
          client.parse('s', 'SELECT mail FROM t', [25]),
          client.bind('', 's', ['a']),
          client.execute(''),
          client.sync,
        ),
        answers(server.parsed, server.bound, ...rows, server.complete('SELECT 2'), server.ready()),
        says(client.bind('p', 's', ['b']), client.describe('P', 'p'), client.execute('p', 1), client.flush),
        answers(server.bound, ...rows, server.suspended),
        says(client.execute('p'), client.bind('', 's', ['c']), client.execute(''), client.close('S', 's'), client.sync),
        answers(server.columns({ name: 'mail' }), server.error('57014', 'canceled'), server.ready()),
      ],
    },
    {
      name: 'COPY both ways',
      steps: [
        says(client.query('COPY t FROM STDIN')),
        answers(server.copyIn),
        says(client.copyData('1\tada@example.com\n'), client.copyData('2\tb\n'), client.copyDone),
        answers(server.complete('COPY 2'), server.ready()),
        says(client.query('COPY t TO STDOUT')),
        answers(
          server.copyOut(),
          server.copyData('1\tada@exa'),
          server.copyData('mple.com\n'),
          server.copyDone,
          server.complete('COPY 1'),
          server.ready(),
        ),
      ],
    },
  ],
  impossible: [
    { name: 'a first packet of 4 GiB', from: 'client', isFirst: true, bytes: Buffer.from([0xff, 0xff, 0xff, 0xff]) },
    { name: 'a first packet of nothing', from: 'client', isFirst: true, bytes: Buffer.from([0, 0, 0, 0]) },
    { name: 'a first packet of 11 kB', from: 'client', isFirst: true, bytes: Buffer.from([0, 0, 0x2b, 0]) },
    { name: 'a query of 2 GiB', from: 'client', isFirst: false, bytes: head('Q', 0x7fffffff) },
    { name: 'a query of less than its header', from: 'client', isFirst: false, bytes: head('Q', 3) },
    { name: 'a negative length', from: 'client', isFirst: false, bytes: head('P', -1) },
    { name: 'a row of 4 GiB', from: 'target', isFirst: false, bytes: head('D', 0xffffffff) },
    { name: 'a row of 128 MiB', from: 'target', isFirst: false, bytes: head('D', 128 * 1024 * 1024) },
  ],
  withoutRandom(told) {
    const at = told.indexOf(Buffer.from([75, 0, 0, 0, 40]))
    return at === -1 ? told : Buffer.concat([told.subarray(0, at), told.subarray(at + 41)])
  },
  refusalsIn: (told) =>
    toWords(told)
      .filter((words) => words.startsWith('E '))
      .map((words) => words.replace(/^E \w{5} /, '')),
})
