import assert from 'node:assert/strict'
import test from 'node:test'
import { size } from '../../../../test/harness/depth.ts'
import { newMasking } from '../../../../test/harness/masking.ts'
import type { Detector } from '../../engine/detector.ts'
import { parsePattern } from '../../engine/pattern.ts'
import { secretFormDetectors } from './index.ts'

type Random = (below: number) => number

function newRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const printable = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_.~%-')

/** A value of the pattern: the shortest way where it may be longer, one of many where there is a choice. */
function sampleOf(pattern: string, choose: (allowed: readonly string[]) => string, random: Random): string {
  const { nodes, start } = parsePattern(pattern)
  let text = ''
  for (let at = start, steps = 0; at >= 0 && steps < 5_000; steps++) {
    const node = nodes[at]
    if (node === undefined) break
    if (node.set === null) {
      // A loop leads back to where it was: not again.
      const isLoop = node.next > at || node.other === -1
      at = node.other === -2 ? node.next : isLoop || random(2) === 0 ? node.other : node.next
      continue
    }
    const { set } = node
    const allowed = printable.filter((letter) => set[letter.charCodeAt(0)] === 1)
    text += allowed.length > 0 ? choose(allowed) : String.fromCharCode(set.indexOf(1))
    at = node.next
  }
  return text
}

/** What must stand before, where that is more than the edge. */
const before: Readonly<Record<string, string>> = {
  'hashicorp-tf-api-token': 'a1d54cd76c8f00',
  'ably-api-key': 'ably app12A',
  'azure-sas-signature': '?sv=2024-11-04&',
  'azure-function-key': '?',
  'azure-app-configuration-secret': 'Id=a;',
}

/** What manuals may have in their places as well: those of GitHub are masked whatever they are, an age key may be anything. */
const lenient = new Set(
  secretFormDetectors.flatMap((one) =>
    /^(?:github-(?!fine)|age-secret|private-key|putty|jwt|aws-amazon)/.test(one.id) ? [one.id] : [],
  ),
)

/** With a structure that a pattern does not say; they have tests of their own. */
const structured = new Set(['discord-bot-token', 'stellar-secret-seed', 'jwt-base64', 'private-key-header'])
/** Only the end of these is the secret. */
const named = new Set([
  'azure-storage-account-key',
  'azure-shared-access-key',
  'azure-app-configuration-secret',
  'azure-sas-signature',
  'azure-function-key',
  'secret-token-uri',
  'kubernetes-bootstrap-token',
])

const prefixOf = ({ id, words }: Detector): string => before[id] ?? (words === undefined ? '' : `${words[0] ?? ''} `)
const samples = size(10, 3)
const all = newMasking({ detectors: secretFormDetectors })

test('there are at least three hundred kinds, each with a name of its own', () => {
  assert.ok(secretFormDetectors.length >= 300, String(secretFormDetectors.length))
  assert.equal(new Set(secretFormDetectors.map((one) => one.id)).size, secretFormDetectors.length)
  for (const one of secretFormDetectors) {
    assert.match(one.id, /^[a-z0-9-]{3,64}$/)
    assert.match(one.dataClass, /^secret\/[a-z0-9-]{3,64}$/)
  }
})

for (const detector of secretFormDetectors.filter((one) => !structured.has(one.id))) {
  const { id, dataClass } = detector
  const prefix = prefixOf(detector)

  test(`${id}: what has its form is found, to its end`, () => {
    const random = newRandom(id.length * 7_919 + id.charCodeAt(0))
    const missed: string[] = []
    for (let i = 0; i < samples; i++) {
      const value = sampleOf(detector.pattern, (allowed) => allowed[random(allowed.length)] ?? '', random)
      const text = `${prefix}${value}`
      const [first] = all.scan(text)
      if (first === undefined) missed.push(text)
      else {
        assert.deepEqual([first.class, first.end], [dataClass, text.length], text)
        if (!named.has(id)) assert.equal(first.start, prefix.length, text)
        assert.ok(first.start < text.length - 8, text)
      }
    }
    // What was drawn by lot may look like a name now and then.
    assert.ok(missed.length <= (detector.check === undefined ? 0 : 1), missed.join(' '))
  })
}

/** `x` again and again, or what is nearest to it. */
const dull = (allowed: readonly string[]): string =>
  ['x', 'X', '0', 'q', 'Q'].find((letter) => allowed.includes(letter)) ?? allowed[0] ?? ''

for (const detector of secretFormDetectors.filter((one) => !lenient.has(one.id))) {
  const { id } = detector
  const alone = newMasking({ detectors: [detector] })
  const prefix = prefixOf(detector)
  const random = newRandom(7)

  test(`${id}: a manual's stand-in is left as it is`, () => {
    const text = `${prefix}${sampleOf(detector.pattern, dull, random)}`
    assert.deepEqual(alone.scan(text), [], text)
  })

  test(`${id}: not in the middle of a word`, () => {
    if (before[id] !== undefined) return
    const value = sampleOf(detector.pattern, (allowed) => allowed[random(allowed.length)] ?? '', random)
    const found = alone.scan(`${prefix}z${value}`)
    assert.ok(!found.some((one) => one.start === prefix.length + 1), value)
  })
}
