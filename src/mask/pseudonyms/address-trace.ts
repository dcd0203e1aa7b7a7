// Where a text is inside an address of the web, as whoever fetches it would read it, which is more widely than RFC 3986: `//host/`
// without a scheme, one slash, backslashes, slashes escaped for JSON, a host and a path without anything before. Sign by sign; too
// many places are taken for one, never too few of these: what is meant is that a value is not put back there.

const [colon, dot] = [0x3a, 0x2e]

function isSlash(byte: number): boolean {
  return byte === 0x2f || byte === 0x5c
}

/** What begins a path, a query or a fragment behind a host. */
function endsHost(byte: number): boolean {
  return isSlash(byte) || byte === 0x3f || byte === 0x23 || byte === 0x25
}

/** A blank, or what an address stands between. */
function endsAddress(byte: number): boolean {
  return byte <= 0x20 || byte === 0x22 || byte === 0x27 || byte === 0x3c || byte === 0x3e || byte === 0x60
}

export class AddressTrace {
  #isInside = false
  #last = 0
  /** A dot stood behind a letter or digit: what goes on may be a host. */
  #hasDot = false

  get isInside(): boolean {
    return this.#isInside
  }

  /** Letters or digits, one or more. */
  run(): void {
    this.#last = 0x61
  }

  /** Any other byte. */
  sign(byte: number): void {
    const last = this.#last
    this.#last = byte
    if (endsAddress(byte)) {
      this.#isInside = false
      this.#hasDot = false
    } else if (this.#hasDot && endsHost(byte)) this.#isInside = true
    else if (isSlash(byte)) this.#isInside ||= last === colon || isSlash(last)
    else if (byte === dot) this.#hasDot ||= last === 0x61
  }

  reset(): void {
    this.#isInside = false
    this.#hasDot = false
    this.#last = 0
  }
}
