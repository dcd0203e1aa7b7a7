// Where a text is inside an address of the web, as whoever fetches it would read it, which is more widely than RFC 3986: `//host/`
// without a scheme, one slash, none behind a scheme, backslashes, slashes escaped for JSON, a host and a path without anything
// before, blanks and line ends where it fills quotes or angle brackets (HTML attributes, CommonMark §6.3). Sign by sign; too many
// places are taken for one, never too few of these: what is meant is that a value is not put back there.

const [colon, dot, equals, less, greater] = [0x3a, 0x2e, 0x3d, 0x3c, 0x3e]
const lineFeed = 0x0a

function isSlash(byte: number): boolean {
  return byte === 0x2f || byte === 0x5c
}

/** What begins a path, a query or a fragment behind a host. */
function endsHost(byte: number): boolean {
  return isSlash(byte) || byte === 0x3f || byte === 0x23 || byte === 0x25
}

function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60
}

/** A blank, or what an address stands between. */
function endsAddress(byte: number): boolean {
  return byte <= 0x20 || isQuote(byte) || byte === less || byte === greater
}

/** What readers of addresses leave out wherever it stands (WHATWG URL §4.4). */
function isLeftOut(byte: number): boolean {
  return byte === 0x09 || byte === lineFeed || byte === 0x0d
}

/** Nothing ends it. */
const wholeText = -1

export class AddressTrace {
  readonly #isValue: boolean
  #isInside = false
  #last = 0
  /** A dot or a colon stood behind a letter or digit: what goes on may be a host. */
  #mayBeHost = false
  /** What ends the quotes or brackets that were opened last; 0 for none. */
  #closer = 0
  /** Nothing but blanks stands between what was opened, or a `=` in it, and this place. */
  #isAtStart = false
  /** What stands here began there: as an address it ends with the quotes and not before. */
  #isFilling = false

  /** @param isValue the text is the whole of something, as an argument of a tool is: one that begins as an address is one */
  constructor(isValue: boolean) {
    this.#isValue = isValue
    this.reset()
  }

  get isInside(): boolean {
    return this.#isInside
  }

  /** Letters or digits, one or more. */
  run(): void {
    this.#last = 0x61
    this.#begin()
  }

  /** Any other byte. */
  sign(byte: number): void {
    const last = this.#last
    // Left out between two slashes, they are two slashes.
    if (!isLeftOut(byte)) this.#last = byte
    if (endsAddress(byte)) {
      this.#end(byte, last)
      return
    }
    if (byte === equals && !this.#isInside) {
      this.#isAtStart = this.#closer !== 0
      return
    }
    this.#begin()
    if (this.#mayBeHost && endsHost(byte)) this.#isInside = true
    else if (isSlash(byte)) this.#isInside ||= last === colon || isSlash(last)
    else if (byte === dot || byte === colon) this.#mayBeHost ||= last === 0x61
  }

  reset(): void {
    this.#isInside = false
    this.#mayBeHost = false
    this.#isFilling = false
    this.#last = 0
    this.#isAtStart = this.#isValue
    this.#closer = this.#isValue ? wholeText : 0
  }

  #begin(): void {
    this.#isFilling ||= this.#isAtStart
    this.#isAtStart = false
  }

  #end(byte: number, last: number): void {
    // An angle bracket holds no line end, and no blank stands behind it; `a < b` is none.
    if (this.#closer === greater && (byte === lineFeed || (byte <= 0x20 && last === less))) this.#open(0)
    if (byte !== this.#closer && this.#isInside && this.#isFilling) return
    this.#isInside = false
    this.#mayBeHost = false
    // What readers leave out ends no word for them.
    if (!isLeftOut(byte)) this.#isFilling = false
    if (byte === this.#closer) this.#open(0)
    else if (byte === less) this.#open(greater)
    // A quote behind a letter is an apostrophe, an inch, or the end of something.
    else if (isQuote(byte) && last !== 0x61) this.#open(byte)
  }

  #open(closer: number): void {
    this.#closer = closer
    this.#isAtStart = closer !== 0
    this.#isFilling = false
  }
}
