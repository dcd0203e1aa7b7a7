// JSON as two independent readers see it: this one is slow and simple, and says where the other one is wrong.

/** @returns undefined for text that is no JSON */
export function toTree(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Same kinds, keys and lengths in the same order; strings as `isString` says, everything else equal. */
export function isSameShape(a: unknown, b: unknown, isString: (a: string, b: string) => boolean): boolean {
  if (typeof a === 'string' && typeof b === 'string') return isString(a, b)
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, i) => isSameShape(one, b[i], isString))
  if (!isObject(a) || !isObject(b)) return Object.is(a, b)
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([key, value], i) => isString(key, right[i]?.[0] ?? '') && isSameShape(value, right[i]?.[1], isString))
  )
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Members of all objects; a name that comes twice in the text is lost in the tree. */
export function membersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + membersIn(one), 0)
  if (!isObject(value)) return 0
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + membersIn(one), 0)
}

/** Colons outside of strings: one a member. */
export function colonsIn(text: string): number {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1
}

export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
