import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toContentNote, toCoverageLines, toSize } from './coverage.ts'

const none = { scannedBytes: 0, opaqueBytes: 0, encodedBytes: 0, disclosedBytes: 0, uncapturedBytes: 0 }

test('what was skipped is told with why, and what was not is not', () => {
  assert.deepEqual(toCoverageLines(none), ['0 bytes scanned'])
  const all = {
    scannedBytes: 2048,
    opaqueBytes: 1,
    encodedBytes: 2,
    disclosedBytes: 2048,
    uncapturedBytes: 3 * 1024 ** 2,
  }
  assert.deepEqual(toCoverageLines(all), [
    '2.0 KiB scanned',
    '2.0 KiB of them looked at for fewer classes: permission discloses the others',
    '1 bytes skipped: of types that cannot hold text',
    '2 bytes skipped: long Base64 that is no text',
    '3.0 MiB not kept: beyond the limit of the capture',
  ])
})

test('a size is in the unit that keeps it short', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 1024 ** 4, 1024 ** 6].map(toSize), ['0 bytes', '1023 bytes', '1.0 KiB', '1.5 KiB', '1.0 TiB', '1048576.0 TiB']) // prettier-ignore
})

test('of what is not shown the reason is told, and none of what is', () => {
  assert.deepEqual([toContentNote('whole'), toContentNote(null)], [null, null])
  assert.match(toContentNote('pending') ?? '', /not sealed yet/)
  assert.match(toContentNote('not-kept') ?? '', /was not kept/)
  for (const state of ['pending', 'erased', 'not-shown'] as const)
    assert.doesNotMatch(toContentNote(state) ?? '', /not kept/)
})
