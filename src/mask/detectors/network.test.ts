import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { networkDetectors } from './network.ts'

test('hardware addresses', () => {
  const { found, asked } = oneClass(networkDetectors, 'pii/mac-address')
  for (const address of [
    '01:23:45:67:89:AB',
    '00-1A-2B-3C-4D-5E',
    '0d:b3:4a:6a:d9:cf',
    '0012.3456.789a',
    '01:23:45:67:89:10',
  ])
    assert.deepEqual(found(`eth0 ${address}.`), [address])
  for (const address of ['01-23-45-67-89-10', '0012.3456.7890']) {
    assert.deepEqual(found(address), [], `${address} may be any number`)
    assert.deepEqual(found(`MAC ${address}`), [address])
    assert.deepEqual(asked(address), [address])
  }
  const rows = [
    ['00:00:00:00:00:00', 'nobody’s'],
    ['FF:ff:FF:FF:FF:FF', 'everybody’s'],
    ['01:23:45:67:89', 'too short'],
    ['01:23:45:67:89:AB:CD', 'too long'],
    ['16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48', 'a fingerprint'],
    ['01:23-45:67-89:AB', 'two kinds of separators'],
    ['01:23:45:67:89:AG', 'no such digit'],
    ['x01:23:45:67:89:AB', 'behind a letter'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('an address with its zone: the zone goes with it, and no zone keeps the address from being found', () => {
  const { found } = oneClass(networkDetectors, 'pii/ip-address')
  for (const address of ['fe80::1%eth0', 'fe80::1%eth0/64', 'fe80::a:1%br-lan.10', '2001:db8::%eth0/128'])
    assert.deepEqual(found(`via ${address}, up`), [address])
  assert.deepEqual(found(`fe80::1%${'a'.repeat(40)}`), ['fe80::1'])
  assert.deepEqual(found('12:34%done'), [])
})

test('addresses of the internet', () => {
  const { found, asked } = oneClass(networkDetectors, 'pii/ip-address')
  for (const address of ['192.0.2.7', '192.0.2.0/24', '2001:db8::7', '::ffff:192.0.2.7', '2001:db8::/32'])
    assert.deepEqual(found(`from ${address}, port`), [address])
  for (const text of [
    '192.0.2',
    '192.0.2.256',
    '2001:db8::256.1.1.1',
    'std::cout',
    '12:34:56',
    '240.1.2.3',
    '100::1:2:3:4',
  ])
    assert.deepEqual(asked(text), [], text)
  for (const [text, address] of [
    ['listening on 0.0.0.0:22', '0.0.0.0'],
    ['127.0.0.1:5432', '127.0.0.1'],
    ['mask 255.255.255.0', '255.255.255.0'],
    ['to ::1.', '::1'],
    ['clientAuth 1.3.6.1.5.5.7.3.2', '1.3.6.1'],
  ] as const) {
    assert.deepEqual(found(text), [], 'every machine’s, and numbers of things')
    assert.deepEqual(asked(text), [address])
  }
})
