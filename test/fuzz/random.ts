// Numbers that only look random: the same seed gives the same cases on every machine (xorshift128, seeded by splitmix32).

export class Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: number) {
    let mixed = seed >>> 0
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e37_79b9) >>> 0
      let word = mixed
      word = Math.imul(word ^ (word >>> 16), 0x21f0_aaad)
      word = Math.imul(word ^ (word >>> 15), 0x735a_2d97)
      this.#state[i] = (word ^ (word >>> 15)) >>> 0
    }
  }

  uint32(): number {
    const state = this.#state
    let word = state[3] ?? 0
    const first = state[0] ?? 0
    state[3] = state[2] ?? 0
    state[2] = state[1] ?? 0
    state[1] = first
    word ^= word << 11
    word ^= word >>> 8
    state[0] = word ^ first ^ (first >>> 19)
    return state[0] ?? 0
  }

  /** 0 to `limit - 1`; 0 for a limit of 0. */
  below(limit: number): number {
    return limit < 2 ? 0 : this.uint32() % limit
  }

  /** Short lengths are the likelier ones. */
  length(limit: number): number {
    return this.below(this.below(2) === 0 ? Math.min(limit, 8) : limit)
  }

  chance(one: number): boolean {
    return this.below(one) === 0
  }

  pick<T>(list: readonly T[], otherwise: T): T {
    return list[this.below(list.length)] ?? otherwise
  }
}

/** A seed of its own for each target: adding one changes nothing of the others. */
export function seedOf(seed: number, name: string): number {
  let mixed = seed >>> 0
  for (let i = 0; i < name.length; i++) mixed = Math.imul(mixed ^ name.charCodeAt(i), 0x0100_0193) >>> 0
  return mixed
}
