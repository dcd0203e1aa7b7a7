import assert from 'node:assert/strict'
import test from 'node:test'
import { toByteSize } from './byte-size.ts'

test('a size is a whole number with its unit', () => {
  const sizes = { '8MiB': 8_388_608, '64kB': 64_000, '512B': 512, '1 GiB': 1_073_741_824, '0B': 0, '3KiB': 3_072 }
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(toByteSize(text), bytes, text)
})

test('what could be read in two ways is refused', () => {
  const refused = ['8', '', 'MiB', '1.5MiB', '-1B', '8mb', '8KB', '8M', ' 8MiB', '8  MiB', '1e3B', '999999999999999GiB']
  for (const text of refused) assert.equal(toByteSize(text), null, text)
})
