import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { size } from '../../../test/harness/depth.ts'
import { parseYaml, printProblem } from './yaml-source.ts'

const schema = z.strictObject({
  origin: z.string(),
  listen: z.strictObject({ port: z.int() }).prefault({ port: 1 }),
  connections: z.array(z.strictObject({ name: z.string(), target: z.string() })).default([]),
})

function problemsOf(text: string): string[] {
  const parsed = parseYaml('sallyport.yaml', text, schema)
  return parsed.ok ? [] : parsed.problems.map(printProblem)
}

const bad: readonly (readonly [string, string, string])[] = [
  [
    'a misspelt key, with what was meant',
    'origin: gw\nlisten:\n  prot: 8470\n',
    `sallyport.yaml:3:3: listen.prot: unknown key 'prot', did you mean 'port'?`,
  ],
  [
    'a misspelt key inside a list',
    'origin: gw\nconnections:\n  - name: a\n    targt: b\n',
    `sallyport.yaml:4:5: connections[0].targt: unknown key 'targt', did you mean 'target'?`,
  ],
  [
    'a wrong type at its own place',
    'origin: gw\nlisten: { port: "x" }\n',
    'sallyport.yaml:2:11: listen.port: Invalid input: expected number, received string',
  ],
  ['a missing key where it should be', 'listen: { port: 1 }\n', 'sallyport.yaml:1:1: origin: this key is missing'],
  ['a key twice', 'origin: a\norigin: b\n', 'sallyport.yaml:2:1: Map keys must be unique'],
]

for (const [name, text, expected] of bad) {
  test(`${name} is told with its line and column`, () => {
    assert.ok(problemsOf(text).includes(expected), problemsOf(text).join('\n'))
  })
}

test('aliases that would grow without bound are refused', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`),
  ].join('\n')
  const parsed = parseYaml('f', bomb, z.unknown())
  assert.deepEqual(parsed.ok ? [] : parsed.problems.map(printProblem), ['f:1:1: the file has too many aliases'])
})

test('a key that is no text is a problem, of which nothing is quoted and which costs nothing', () => {
  for (const text of ['? : &\u0004secret', '? [secret]\n: 1', '*a : 1\nb: &a c', `${'? '.repeat(400)}x`]) {
    const parsed = parseYaml('f', text, z.unknown())
    const problems = parsed.ok ? [] : parsed.problems.map(printProblem)
    assert.equal(problems.length, 1, text)
    assert.doesNotMatch(problems.join(), /secret/)
  }
  const parsed = parseYaml('f', 'a: 1\n? [b]\n: 2', z.unknown())
  assert.deepEqual(parsed.ok ? [] : parsed.problems.map(printProblem), ['f:2:3: a key is a text, not a list or a map'])
})

test('a file of more than 4 MiB is not parsed', () => {
  assert.deepEqual(problemsOf(`origin: ${'x'.repeat(5 * 1024 * 1024)}`), [
    'sallyport.yaml:1:1: the file is larger than 4 MiB',
  ])
})

test('of a file that is broken everywhere the first hundred problems are told', () => {
  assert.equal(problemsOf(`origin: ${'['.repeat(size(20_000, 500))}`).length, 100)
})
