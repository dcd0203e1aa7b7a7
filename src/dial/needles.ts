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

/** Shorter chunks are read by one lane. */
const minLaneBytes = 512

export class Needles {
  readonly encodings = ['raw', 'json-escaped', 'url', 'base64(3 alignments)', 'hex', 'utf16le'] as const
  /** Next state by `state << 8 | byte`; bit 31 marks a state in which a needle ends, and is shifted out of the next index. */
  readonly #next: Int32Array
  /** Length of the longest needle prefix that a state stands for. */
  readonly #depths: Uint16Array
  readonly #longest: number

  constructor(secrets: readonly string[]) {
    const needles = secrets.filter((secret) => Buffer.byteLength(secret) >= minNeedleBytes).flatMap(encodingsOf)
    this.#longest = needles.reduce((longest, needle) => Math.max(longest, needle.length), 0)
    const table = compile(needles)
    this.#next = table.next
    this.#depths = table.depths
  }

  /** One scan a downstream: a credential cut by chunks is still found. */
  scan(): LeakScan {
    const next = this.#next
    const depths = this.#depths
    const longest = this.#longest
    const laneBytes = Math.max(minLaneBytes, longest)
    let state = 0
    const scan = {
      scannedBytes: 0,
      matches: 0,
      tail: 0,
      found(bytes: Uint8Array): boolean {
        if (longest === 0) return false
        const step = bytes.length < 4 * laneBytes ? readOne(next, state, bytes) : readFour(next, state, bytes, longest)
        state = step & 0x7fffffff
        const depth = depths[state] as number
        scan.tail = depth < minTailBytes ? 0 : depth
        scan.scannedBytes += bytes.length
        if (step >= 0) return false
        scan.matches++
        return true
      },
    }
    return scan
  }
}

/** @returns the state after the bytes; negative when a needle ended in them. As with `readFour`, the time tells nothing of the needles. */
function readOne(next: Int32Array, state: number, bytes: Uint8Array, from = 0, end = bytes.length): number {
  let at = state
  let seen = 0
  for (let i = from; i < end; i++) {
    at = next[(at << 8) | (bytes[i] as number)] as number
    seen |= at
  }
  return (at & 0x7fffffff) | (seen & 0x80000000)
}

/**
 * Four quarters at once, because each look-up waits for the one before it and not for those of the other quarters. A quarter
 * begins as if nothing stood before it; the one before it reads on until no needle that began there could go on. The last
 * state is right, for a state knows no more than the last `longest` bytes.
 */
function readFour(next: Int32Array, state: number, bytes: Uint8Array, longest: number): number {
  const lane = bytes.length >> 2
  let [a, b, c, d, seen] = [state, 0, 0, 0, 0]
  for (let i = 0; i < lane; i++) {
    a = next[(a << 8) | (bytes[i] as number)] as number
    b = next[(b << 8) | (bytes[i + lane] as number)] as number
    c = next[(c << 8) | (bytes[i + 2 * lane] as number)] as number
    d = next[(d << 8) | (bytes[i + 3 * lane] as number)] as number
    seen |= a | b | c | d
  }
  seen |= readOne(next, a, bytes, lane, lane + longest)
  seen |= readOne(next, b, bytes, 2 * lane, 2 * lane + longest)
  seen |= readOne(next, c, bytes, 3 * lane, 3 * lane + longest)
  const last = readOne(next, d, bytes, 4 * lane)
  return (last & 0x7fffffff) | ((seen | last) & 0x80000000)
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
