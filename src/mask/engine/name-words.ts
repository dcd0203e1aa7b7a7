// The words of all detectors in the name of a field, found in one walk over it: names come from targets and models by the
// million, each another, and asking every detector in turn would make them the slowest thing there is.
//
// A word is of lower-case letters of any script, digits and `_`, with `.` for any plain one of them and `$` for the end of the
// name; one with anything else can be in no name. It counts where a word of the name begins.

interface Place {
  readonly next: Map<number, Place>
  /** Whose word ends here, wherever the name ends. */
  readonly owners: number[]
  /** Whose word ends here if the name does. */
  readonly lastOwners: number[]
}

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789_', (letter) => letter.charCodeAt(0))
const underscore = 0x5f
const anyLetter = 0x2e

function newPlace(): Place {
  return { next: new Map(), owners: [], lastOwners: [] }
}

export class NameWords {
  readonly #first = newPlace()

  /** @param words by detector */
  constructor(words: readonly (readonly string[] | undefined)[]) {
    for (const [owner, some] of words.entries())
      for (const word of some ?? []) {
        const isLast = word.endsWith('$')
        const plain = isLast ? word.slice(0, -1) : word
        if (/^[\p{L}\p{N}_.]+$/u.test(plain)) this.#add(plain, isLast, owner)
      }
  }

  /** Puts `value` into `hints` for every detector of which the name has a word. @returns true when there is one */
  mark(name: string, hints: () => Uint8Array, value: number): boolean {
    let isAny = false
    for (let start = 0; start < name.length; start++) {
      if (start > 0 && !isBeforeWord(name.charCodeAt(start - 1))) continue
      let place: Place | undefined = this.#first
      for (let i = start; i < name.length; i++) {
        place = place.next.get(name.charCodeAt(i))
        if (place === undefined) break
        const isEnd = i === name.length - 1 && place.lastOwners.length > 0
        if (!isEnd && place.owners.length === 0) continue
        isAny = true
        for (const owner of place.owners) hints()[owner] = value
        if (isEnd) for (const owner of place.lastOwners) hints()[owner] = value
      }
    }
    return isAny
  }

  #add(word: string, isLast: boolean, owner: number): void {
    let places = [this.#first]
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i)
      const meant = code === anyLetter ? letters : [code]
      places = places.flatMap((place) => meant.map((one) => nextOf(place, one)))
    }
    for (const place of places) (isLast ? place.lastOwners : place.owners).push(owner)
  }
}

function nextOf(place: Place, code: number): Place {
  let next = place.next.get(code)
  if (next === undefined) place.next.set(code, (next = newPlace()))
  return next
}

/** A word begins at the beginning of the name, and behind `_` or a digit. */
function isBeforeWord(code: number): boolean {
  return code === underscore || (code >= 0x30 && code <= 0x39)
}
