// Rows that came together are shown to the masker all at once before they are masked one by one: each value that lies as it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import type { ValueMasker, ValuePlaces } from '../../kernel/masker.ts'
import { ColumnCache } from './columns.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { server } from './testing/messages.ts'

class SurveyingMasker extends FakeMasker {
  readonly shown: string[] = []

  over(bytes: Uint8Array, { starts, ends, count }: ValuePlaces): ValueMasker {
    for (let i = 0; i < count; i++) this.shown.push(Buffer.from(bytes.subarray(starts[i], ends[i])).toString('latin1'))
    return this
  }
}

function shown(...frames: Uint8Array[]): string[] {
  const masker = new SurveyingMasker()
  new ResponseCarrier(new ColumnCache()).carry(Buffer.concat(frames), masker)
  return masker.shown
}

const padding = 'x'.repeat(600)

test('rows: the columns that hold text, wherever they were described', () => {
  const carrier = new ResponseCarrier(new ColumnCache())
  carrier.describe(server.columns({ name: 'id', oid: 23 }, { name: 'note' }))
  const masker = new SurveyingMasker()
  carrier.carry(
    Buffer.concat([server.row('1', 'ada'), server.row('2', padding), server.row('3', null, 'more')]),
    masker,
  )
  assert.deepEqual(masker.shown, ['ada', padding, 'more'])
  assert.deepEqual(shown(server.row('1', ''), server.row(padding)), ['1', padding], 'what was not described, too')
})

test('COPY: what stands between tabs and newlines', () => {
  const data = [server.copyData('1\tada@example.com\t\n'), server.copyData(`2\t${padding}\n`)]
  const carrier = new ResponseCarrier(new ColumnCache())
  carrier.carry(server.copyOut(), new FakeMasker())
  const masker = new SurveyingMasker()
  const carried = Buffer.from(carrier.carry(Buffer.concat(data), masker)).toString('latin1')
  assert.deepEqual(masker.shown, ['1', 'ada@example.com', '2', padding])
  assert.ok(carried.includes('1\t[mail]\t\n') && carried.includes(padding))
})

test('a few bytes are not worth it, and rows whose lengths do not add up are nothing to it', () => {
  assert.deepEqual(shown(server.row('ada'), server.row('bob')), [])
  const broken = server.row('ada', padding)
  broken[Buffer.from(broken).indexOf('ada') - 1] = 0xff
  assert.throws(() => shown(broken), { code: 'upstream.protocol' })
})
