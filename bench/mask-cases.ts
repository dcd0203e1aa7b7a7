// The labelled cases of corpus/mask/labelled, and how every tool's answer to them is scored: by the same rule, from nothing but
// the text it gives back, in which each hidden stretch is one sign.
//
// - A span is found when all its letters and digits are hidden: half a card number is not found. What is hidden only in part is
//   counted besides.
// - What is no value of the class it looks like is hit when anything in it is hidden. Another class may rightly take it,
//   so these figures compare tools and are no rate of errors.
// - A secret without a span is found when anything is hidden.

import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** In place of what a tool hides. */
export const hiddenSign = '\u25a0'

export interface Case {
  readonly set: 'values' | 'secrets' | 'sentences'
  readonly text: string
  /** What a tool that can be asked for classes is asked for; null: any. */
  readonly classes: readonly string[] | null
  readonly spans: readonly (readonly [number, number, string])[]
  readonly isNegative: boolean
}

const folder = new URL('../corpus/mask/labelled/', import.meta.url)

interface Value {
  readonly class: string
  readonly text: string
  readonly spans: readonly (readonly [number, number])[] | null
  readonly tier: 'strong' | 'weak' | 'negative' | 'unknown'
}

interface Sentence {
  readonly text: string
  readonly spans: readonly (readonly [number, number, string])[]
}

interface SecretCase {
  readonly text: string
  readonly positive: boolean
  readonly spans?: readonly (readonly [number, number])[]
}

export function readCases(): Case[] {
  const values = readdirSync(folder)
    .filter((name) => name.startsWith('values'))
    .flatMap((name) => parsed(readFileSync(new URL(name, folder))) as readonly Value[])
    .filter(({ tier }) => tier === 'strong' || tier === 'negative')
    .map((one): Case => {
      const spans = (one.spans ?? []).map(([start, end]) => [start, end, one.class] as const)
      return { set: 'values', text: one.text, classes: [one.class], spans, isNegative: one.tier === 'negative' }
    })
  const secrets = (parsed(gunzipSync(readFileSync(new URL('secrets.json.gz', folder)))) as readonly SecretCase[]).map(
    ({ text, positive, spans }): Case => {
      const known = (spans ?? []).map(([start, end]) => [start, end, 'secret'] as const)
      return { set: 'secrets', text, classes: ['secret'], spans: known, isNegative: !positive }
    },
  )
  const sentences = (parsed(readFileSync(new URL('sentences.json', folder))) as readonly Sentence[]).map(
    ({ text, spans }): Case => ({ set: 'sentences', text, classes: null, spans, isNegative: false }),
  )
  return [...values, ...secrets, ...sentences]
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}

export interface Share {
  found: number
  /** More of them are hidden in part. */
  inPart: number
  all: number
}

export interface Score {
  readonly strong: Share
  readonly negatives: Share
  readonly secrets: Share
  readonly secretNegatives: Share
  /** By class of what is to be found in sentences. */
  readonly sentences: ReadonlyMap<string, Share>
}

/** @param answers the text that each case became; fewer when the time was over, and the rest is not counted */
export function score(cases: readonly Case[], answers: readonly string[]): Score {
  const none = (): Share => ({ found: 0, inPart: 0, all: 0 })
  const sentences = new Map<string, Share>()
  const total = { strong: none(), negatives: none(), secrets: none(), secretNegatives: none(), sentences }
  for (const [i, answer] of answers.entries()) {
    const one = cases[i]
    if (one === undefined) continue
    const { text, spans } = one
    if (one.isNegative) {
      count(one.set === 'secrets' ? total.secretNegatives : total.negatives, answer === text ? 'shown' : 'hidden')
      continue
    }
    const look = toLook(text, answer)
    if (spans.length === 0) count(total.secrets, answer === text ? 'shown' : 'hidden')
    for (const [start, end, dataClass] of spans) {
      if (one.set === 'sentences' && !sentences.has(dataClass)) sentences.set(dataClass, none())
      const share =
        one.set === 'values' ? total.strong : one.set === 'secrets' ? total.secrets : sentences.get(dataClass)
      if (share !== undefined) count(share, look(start, end))
    }
  }
  return total
}

type Seen = 'hidden' | 'in part' | 'shown'

function count(share: Share, seen: Seen): void {
  share.all++
  if (seen === 'hidden') share.found++
  if (seen === 'in part') share.inPart++
}

const letterOrDigit = /[\p{L}\p{N}]/u

/**
 * What is hidden in the answer: what stands between its signs is looked for in the text from left to right. Where that fails,
 * because a tool changed more than it hid, a stretch counts as hidden when it occurs no more.
 */
function toLook(text: string, answer: string): (start: number, end: number) => Seen {
  const shown = new Uint8Array(text.length)
  const kept = answer.split(new RegExp(`${hiddenSign}+`))
  const isGone = (start: number, end: number): Seen => (answer.includes(text.slice(start, end)) ? 'shown' : 'hidden')
  let at = 0
  for (const [i, piece] of kept.entries()) {
    const place = i === 0 ? 0 : i === kept.length - 1 ? text.length - piece.length : text.indexOf(piece, at)
    if (place < at || !text.startsWith(piece, place)) return isGone
    shown.fill(1, place, place + piece.length)
    at = place + piece.length
  }
  if (at < text.length && kept.length === 1) return isGone
  return (start, end) => {
    let hidden = 0
    let all = 0
    for (let i = start; i < end; i++) {
      if (!letterOrDigit.test(text.charAt(i))) continue
      all++
      hidden += 1 - (shown[i] ?? 0)
    }
    return hidden === all ? 'hidden' : hidden > 0 ? 'in part' : 'shown'
  }
}
