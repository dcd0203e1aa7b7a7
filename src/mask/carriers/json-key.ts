// A key of JSON while it is read: as it is written, and as it is meant. Nearly every key is the name of a field and passes; one
// with a digit or an @ in it may be somebody's address or number, and is looked at like a value.

const maxNameBytes = 256
/** Longer keys are looked at as they come. */
export const maxHeldBytes = 512

const decoder = new TextDecoder()

interface Piece {
  readonly written: Uint8Array
  readonly meant: Uint8Array
}

/** Could it be more than a name? The same for a key in one piece and in many. */
export function mayBeValue(meant: Uint8Array | readonly number[], from: number, to: number): boolean {
  if (to - from < 6) return false
  for (let i = from; i < to; i++) {
    const byte = meant[i] ?? 0
    if (byte === 0x40 || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80) return true
  }
  return false
}

export class JsonKey {
  /** Not yet given out. */
  pieces: Piece[] = []
  #name: number[] = []
  #heldBytes = 0

  get isEmpty(): boolean {
    return this.pieces.length === 0
  }

  /** Too long to be held. */
  get isLong(): boolean {
    return this.#heldBytes > maxHeldBytes
  }

  get name(): string {
    return decoder.decode(Uint8Array.from(this.#name))
  }

  get mayBeValue(): boolean {
    return this.#name.length >= maxNameBytes || mayBeValue(this.#name, 0, this.#name.length)
  }

  begin(): void {
    this.pieces = []
    this.#name = []
    this.#heldBytes = 0
  }

  /** Of the name only: the bytes have gone out. */
  read(meant: Uint8Array): void {
    for (let i = 0; i < meant.length && this.#name.length < maxNameBytes; i++) this.#name.push(meant[i] ?? 0)
  }

  /** @param written the caller's own bytes, copied before the key is kept over a push */
  hold(written: Uint8Array, meant: Uint8Array): void {
    this.read(meant)
    this.pieces.push({ written, meant })
    this.#heldBytes += written.length
  }

  take(): readonly Piece[] {
    const { pieces } = this
    this.pieces = []
    return pieces
  }
}
