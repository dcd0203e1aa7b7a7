import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfiguration } from './configuration.ts'

test('a file that cannot be read is a problem like any other', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-configuration-'))
  try {
    const circle = join(dir, 'circle.yaml')
    symlinkSync(circle, circle)
    const under = join(dir, 'file', 'sallyport.yaml')
    writeFileSync(join(dir, 'file'), '')
    const cases = [
      [join(dir, 'none.yaml'), 'there is no such file'],
      [dir, 'it is not a file'],
      [circle, 'it cannot be read (ELOOP)'],
      [under, 'it cannot be read (ENOTDIR)'],
    ] as const
    for (const [file, message] of cases)
      assert.deepEqual(readConfiguration(file, []), {
        ok: false,
        problems: [{ file, line: 1, column: 1, path: '', message }],
      })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
