// What is stored after the last entry of the checkpoint. It may be what a crash left, or what was published while this was
// read; or somebody put an older checkpoint back and forgot the tiles. The auditor is told and asks for a newer checkpoint.

import { tileWidth, toTilePath } from '../tlog/tile.ts'
import { partLimits, readPart, type LogReader } from './log-reader.ts'
import type { Findings } from './report.ts'

export async function lookBeyond(reader: LogReader, size: number, findings: Findings): Promise<void> {
  const index = Math.floor(size / tileWidth)
  for (let width = tileWidth; width > size % tileWidth; width--) {
    const path = toTilePath({ level: 'entries', index, width })
    if ((await readPart(reader, path, partLimits.bundle)) === 'missing') continue
    const end = index * tileWidth + width
    findings.note(
      'COMPLETENESS',
      `entries ${size} to ${end - 1} are stored and not in this checkpoint: there was a newer one, or a crash came before it`,
    )
    return
  }
}
