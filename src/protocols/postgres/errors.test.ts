import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied } from '../../../test/harness/recording-wishes.ts'
import { toDenial, toFaultDenial } from '../../kernel/decision.ts'
import { Fault, type FaultCode } from '../../kernel/fault.ts'
import { toDenialFrame, toFatalFrame } from './errors.ts'
import { client, server, toWords } from './testing/messages.ts'
import { openSession } from './testing/open-session.ts'

const stateOf = (frame: Uint8Array): string => /^E (\w{5}) /.exec(toWords(frame)[0] ?? '')?.[1] ?? ''

test('a fault has the code by which a pool or a driver knows whose it is', () => {
  const expected: readonly (readonly [FaultCode, string])[] = [
    ['frame.malformed', '08P01'],
    ['frame.unknown', '08P01'],
    ['frame.too-large', '54000'],
    ['tls.required', '28000'],
    ['upstream.unreachable', '08001'],
    ['upstream.closed', '08006'],
    ['internal', 'XX000'],
    ['mask.failed', 'XX000'],
  ]
  const got = expected.map(([code]) => [code, stateOf(toFatalFrame(toFaultDenial(new Fault(code))))])
  assert.deepEqual(got, expected)
})

test('a name that stands for nothing has the code by which drivers prepare again', async () => {
  const session = await openSession({ judge: ({ facts }) => (facts.complete ? 'allow' : denied('Not understood.')) })
  const { ask, answer } = session
  assert.deepEqual(ask(client.bind('', 'gone'), client.execute(''), client.sync), ['E 26000 Not understood.', 'Z I'])
  assert.deepEqual(ask(client.execute('gone'), client.sync), ['E 34000 Not understood.', 'Z I'])
  ask(client.parse('s', 'SELECT 1'), client.sync)
  answer(server.parsed, server.ready())
  ask(client.query('DEALLOCATE ALL'))
  answer(server.complete('DEALLOCATE ALL'), server.ready())
  assert.deepEqual(ask(client.bind('', 's'), client.sync), ['E 26000 Not understood.', 'Z I'])
})

test('what is refused for another reason keeps its code, whatever it was asked by', () => {
  const revoked = toDenial('Access was revoked.', 'revoked')
  assert.equal(stateOf(toDenialFrame(revoked, null, '26000')), '57P01')
  assert.equal(stateOf(toDenialFrame(toDenial('No.', 'approval'), 'the name', '26000')), '42501')
  assert.equal(stateOf(toDenialFrame(toDenial('No.', 'policy'), null, null)), '42501')
})
