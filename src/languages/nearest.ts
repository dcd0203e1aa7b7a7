// Which known word somebody may have meant: for messages to operators.

/** Longer words are not compared: names in configurations are short, and the work grows with both lengths. */
const maxLength = 200

export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > maxLength) return null
  let best: string | null = null
  let distance = 3
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= distance) continue
    const d = editDistance(word, candidate)
    if (d < distance) {
      best = candidate
      distance = d
    }
  }
  return best
}

/** @returns what to add to a message; empty when nothing is near */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === null ? '' : `, did you mean '${near}'?`
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap))
    }
    row = next
  }
  return row[b.length] ?? 0
}
