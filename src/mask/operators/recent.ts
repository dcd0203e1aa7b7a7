// What was made lately, by the value it was made of: two generations, of which the older is dropped whole. Taking out one entry
// at a time costs a Map more than making the value does.

export class Recent<T> {
  readonly #maxYoung: number
  #young = new Map<string, T>()
  #old = new Map<string, T>()

  /** @param max entries that are kept at once; half of them for certain */
  constructor(max: number) {
    this.#maxYoung = max >> 1
  }

  get(key: string): T | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, made: T): void {
    if (this.#young.size >= this.#maxYoung) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, made)
  }
}
