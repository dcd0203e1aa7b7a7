// Masking on one thread: our engine with all classes on, against thirty regular expressions one after the other in the same
// run. CPU time, the best of several rounds, because the machine is shared.

import { Secret } from '../src/kernel/secret.ts'
import { plainText } from '../src/kernel/action.ts'
import { createMasking } from '../src/mask/index.ts'
import { makeText, textKinds, type TextKind } from './mask-texts.ts'
import type { Row } from './report.ts'

const textBytes = 8 * 1024 * 1024
const pieceBytes = 64 * 1024
const rounds = 5

/** What is written when somebody needs detection by tonight. */
const naive = [
  /[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}/g, /\b(?:\d[ -]?){13,19}\b/g, /\b\d{3}-\d{2}-\d{4}\b/g, /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, /\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b/gi, /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, /\+\d{1,3}[ .-]?\d{2,4}[ .-]?\d{3,8}/g,
  /\(\d{3}\) ?\d{3}-\d{4}/g, /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, /-----BEGIN [A-Z ]+-----/g, /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, /\bgh[pousr]_\w{36}\b/g,
  /\bxox[abpr]-[\w-]{10,}/g, /\bAIza[\w-]{35}\b/g, /\bsk_(?:live|test)_\w{24,}/g, /\bsk-ant-[\w-]{20,}/g, /\bnpm_\w{36}\b/g, /\bglpat-[\w-]{20}\b/g,
  /\w+:\/\/[^\s:@/]+:[^\s@/]+@/g, /(?:password|passwd|pwd)\s*[=:]\s*\S+/gi, /(?:api_?key|token|secret)\s*[=:]\s*\S+/gi, /\b[A-Z]{5}\d{4}[A-Z]\b/g, /\b\d{4} \d{4} \d{4}\b/g,
  /\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g, /\b\d{6}[-+A]\d{3}[0-9A-Y]\b/g, /\b[XYZ]?\d{7,8}[A-Z]\b/g, /\b\d{11}\b/g, /\b(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}\b/g,
  /\b(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-]\d{4}\b/g,
] // prettier-ignore

/** Megabytes a second of CPU time, the best of some rounds. */
function fastest(bytes: number, work: () => number): number {
  let best = 0
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    if (work() < 0) throw new RangeError('the work has no result')
    const { user, system } = process.cpuUsage(before)
    best = Math.max(best, bytes / (user + system))
  }
  return best
}

function benchText(kind: TextKind, row: (what: string, speed: number, ratio: number) => Row): Row[] {
  const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })
  const seesAll = (): boolean => false
  const text = makeText(kind, textBytes)
  const sample = text.toString('latin1', 0, textBytes / 4)
  const regular = fastest(sample.length, () => naive.reduce((sum, one) => sum + [...sample.matchAll(one)].length, 0))
  const ours = fastest(text.length, () => {
    const masker = masking.open(seesAll)
    const stream = masker.stream(plainText)
    let released = 0
    for (let at = 0; at < text.length; at += pieceBytes)
      released += stream.push(text.subarray(at, at + pieceBytes)).length
    return released + stream.end().length
  })
  return [row('30 regular expressions, finding only', regular, 1), row(`sallyport, ${masking.classes.length} classes, masked`, ours, ours / regular)] // prettier-ignore
}

export function benchMask(): Promise<readonly Row[]> {
  const kinds = Object.keys(textKinds) as TextKind[]
  const rows = kinds.flatMap((kind) =>
    benchText(kind, (path, speed, ratio) => ({
      bench: `masking, ${kind}`,
      path,
      rate: `${speed.toFixed(speed < 10 ? 1 : 0)} MB/s`,
      ratio: `${ratio.toFixed(1)} ×`,
      cpu: `${(1000 / speed).toFixed(1)} ms/MB`,
    })),
  )
  return Promise.resolve(rows)
}
