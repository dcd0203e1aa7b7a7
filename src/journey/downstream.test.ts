import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Needles } from '../dial/needles.ts'
import { passingMasker } from '../../test/harness/fake-masker.ts'
import type { Carrier } from '../kernel/masker.ts'
import { Downstream } from './downstream.ts'

const passing: Carrier = { carry: (chunk) => chunk, finish: () => new Uint8Array(0) }
const broken: Carrier = {
  carry: () => {
    throw new TypeError('a defect')
  },
  finish: () => {
    throw new TypeError('a defect')
  },
}

function downstream(secret: string): { stream: Downstream; counted: number[] } {
  const counted = [0, 0]
  const stream = new Downstream(passingMasker, (bytes, matches) => {
    counted[0] = (counted[0] ?? 0) + bytes
    counted[1] = (counted[1] ?? 0) + matches
  })
  if (secret !== '') stream.scanFor(new Needles([secret]))
  return { stream, counted }
}

test('a credential in the answer is a fault, and what was held of it is never released', () => {
  const { stream, counted } = downstream('correct-horse-battery')
  const first = stream.scan(Buffer.from('the key is correct-horse'))
  assert.equal(Buffer.from(first).toString(), 'the key is ')
  assert.throws(() => stream.scan(Buffer.from('-battery, keep it')), {
    code: 'credential.exposed',
    message: 'credential.exposed: The answer contained a credential of the target and was stopped.',
  })
  assert.equal(stream.flush().length, 0)
  assert.deepEqual(counted, [41, 1])
})

test('the beginning of a credential that does not go on is released after all', () => {
  const { stream } = downstream('correct-horse-battery')
  const chunks = ['so correct-h', 'ow are you'].map((text) => Buffer.from(stream.scan(Buffer.from(text))).toString())
  assert.deepEqual(chunks, ['so ', 'correct-how are you'])
  stream.scan(Buffer.from('correct'))
  assert.equal(Buffer.from(stream.flush()).toString(), 'correct')
})

test('bytes without anything of it pass as the same object', () => {
  const { stream } = downstream('correct-horse-battery')
  const chunk = Buffer.from('SELECT 1')
  assert.equal(stream.scan(stream.mask(chunk, passing)), chunk)
})

test('bytes that nothing was looked for in are not counted as scanned', () => {
  for (const secret of ['', 'short']) {
    const { stream, counted } = downstream(secret)
    assert.equal(stream.scan(Buffer.from('a short answer')).length, 14)
    assert.deepEqual(counted, [0, 0])
  }
})

test('a carrier that breaks stops the answer', () => {
  const { stream } = downstream('correct-horse-battery')
  assert.throws(() => stream.mask(Buffer.from('row'), broken), { code: 'mask.failed' })
  assert.throws(() => stream.maskRest(broken), { code: 'mask.failed' })
})
