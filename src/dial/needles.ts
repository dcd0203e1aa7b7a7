// Looks for a target's credential in what goes back to the client (G2): Aho-Corasick over bytes, one pass, state kept
// from chunk to chunk. Six encodings: raw, JSON-escaped, URL, base64 in its three alignments, hexadecimal, UTF-16LE.
//
// What this measures and what it does not is stated in the session's seal: values the target derives from the credential
// (hashes, tokens it mints) are not looked for.

/** Shorter secrets would match by chance; the session's statement then says that nothing was scanned. */
const minNeedleBytes = 6

/** A shorter beginning of a credential gives nothing away and is too common to hold back for. */
const minTailBytes = 4

export interface LeakScan {
  /** @returns true when a credential ends in these bytes; the caller must not release them. */
  found(bytes: Uint8Array): boolean
  /** How many of the bytes seen last could be the beginning of a credential: the caller holds them back. 0 as a rule. */
  readonly tail: number
  readonly scannedBytes: number
  readonly matches: number
}

export class Needles {
  readonly encodings = ['raw', 'json-escaped', 'url', 'base64(3 alignments)', 'hex', 'utf16le'] as const
  /** Next state by `state << 8 | byte`; bit 31 marks a state in which a needle ends. */
  readonly #next: Int32Array
  readonly #starts: Uint8Array
  /** Length of the longest needle prefix that a state stands for. */
  readonly #depths: Uint16Array
  readonly #empty: boolean

  constructor(secrets: readonly string[]) {
    const needles = secrets.filter((secret) => Buffer.byteLength(secret) >= minNeedleBytes).flatMap(encodingsOf)
    this.#empty = needles.length === 0
    const table = compile(needles)
    this.#next = table.next
    this.#depths = table.depths
    this.#starts = new Uint8Array(256)
    for (const needle of needles) this.#starts[needle[0] ?? 0] = 1
  }

  /** One scan a downstream: a credential cut by chunks is still found. */
  scan(): LeakScan {
    const next = this.#next
    const starts = this.#starts
    const depths = this.#depths
    const empty = this.#empty
    let state = 0
    const scan = {
      scannedBytes: 0,
      matches: 0,
      tail: 0,
      found(bytes: Uint8Array): boolean {
        if (empty) return false
        let hit = false
        let at = state
        for (let i = 0; i < bytes.length; i++) {
          const byte = bytes[i] as number
          if (at === 0 && starts[byte] === 0) continue
          const to = next[(at << 8) | byte] as number
          if (to < 0) hit = true
          at = to & 0x7fffffff
        }
        state = at
        const depth = depths[at] as number
        scan.tail = depth < minTailBytes ? 0 : depth
        scan.scannedBytes += bytes.length
        if (hit) scan.matches++
        return hit
      },
    }
    return scan
  }
}

function encodingsOf(secret: string): Uint8Array[] {
  const raw = Buffer.from(secret, 'utf8')
  const hex = raw.toString('hex')
  const found = [
    raw,
    Buffer.from(JSON.stringify(secret).slice(1, -1)),
    Buffer.from(encodeURIComponent(secret)),
    Buffer.from(hex),
    Buffer.from(hex.toUpperCase()),
    Buffer.from(secret, 'utf16le'),
    ...[0, 1, 2].flatMap((shift) => base64At(raw, shift)),
  ]
  const unique = new Map(
    found.filter((needle) => needle.length >= minNeedleBytes).map((needle) => [needle.toString('latin1'), needle]),
  )
  return [...unique.values()]
}

/** The characters of a base64 text that depend on the secret alone when it begins `shift` bytes into a group of three. */
function base64At(raw: Buffer, shift: number): Buffer[] {
  const padded = Buffer.concat([Buffer.alloc(shift), raw])
  const from = shift === 0 ? 0 : shift === 1 ? 2 : 3
  const to = Math.floor((padded.length * 8) / 6)
  const standard = padded.toString('base64').slice(from, to)
  return [Buffer.from(standard), Buffer.from(standard.replaceAll('+', '-').replaceAll('/', '_'))]
}

interface Table {
  readonly next: Int32Array
  readonly depths: Uint16Array
}

function compile(needles: readonly Uint8Array[]): Table {
  const size = needles.reduce((sum, needle) => sum + needle.length, 1)
  const next = new Int32Array(size << 8)
  const ends = new Uint8Array(size)
  const depths = new Uint16Array(size)
  let states = 1
  for (const needle of needles) {
    let at = 0
    for (const byte of needle) {
      const slot = (at << 8) | byte
      if (next[slot] === 0) {
        depths[states] = (depths[at] as number) + 1
        next[slot] = states++
      }
      at = next[slot] as number
    }
    ends[at] = 1
  }
  return { next: closed(next, ends, states), depths }
}

/** Failure links folded into the table, breadth first: after this every byte has exactly one next state. */
function closed(next: Int32Array, ends: Uint8Array, states: number): Int32Array {
  const fail = new Int32Array(states)
  const queue: number[] = []
  for (let byte = 0; byte < 256; byte++) if (next[byte] !== 0) queue.push(next[byte] as number)
  for (const state of queue) {
    const back = fail[state] as number
    if (ends[back] === 1) ends[state] = 1
    for (let byte = 0; byte < 256; byte++) {
      const slot = (state << 8) | byte
      const to = next[slot] as number
      const fallback = next[(back << 8) | byte] as number
      if (to === 0) next[slot] = fallback
      else {
        fail[to] = fallback
        queue.push(to)
      }
    }
  }
  const table = next.slice(0, states << 8)
  for (let slot = 0; slot < table.length; slot++) {
    const to = table[slot] as number
    if (ends[to] === 1) table[slot] = to | 0x80000000
  }
  return table
}
