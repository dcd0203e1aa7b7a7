// The laws see what they should: each violation is made once, in memory, and must be named.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLaws, readSources } from '../../tools/laws.ts'

const ids = ['toy', 'other']
const fine = { path: 'src/listen/relay.ts', text: `import type { Peer } from '../kernel/journey.ts'\n` }

function problemsOf(path: string, text: string): string[] {
  return checkLaws([fine, { path, text }], ids).problems
}

const violations: readonly (readonly [string, string, string, RegExp])[] = [
  ['the kernel imports a stage', 'src/kernel/x.ts', `import { a } from '../mask/a.ts'\n`, /law 1/],
  ['the kernel imports a package', 'src/kernel/x.ts', `import { z } from 'zod'\n`, /law 1/],
  ['the kernel imports a type of Node', 'src/kernel/x.ts', `import type { Socket } from 'node:net'\n`, /law 1/],
  ['a stage knows a stage', 'src/mask/x.ts', `import type { A } from '../record/a.ts'\n`, /law 2/],
  [
    'a stage knows a stage over several lines',
    'src/mask/x.ts',
    `import {\n  a,\n  b,\n} from '../dial/a.ts'\n`,
    /law 2/,
  ],
  ['a stage loads a stage at run time', 'src/mask/x.ts', `const a = await import('../record/a.ts')\n`, /law 2/],
  ['a stage re-exports a stage', 'src/mask/x.ts', `export { a } from '../record/a.ts'\n`, /law 2/],
  ['a protocol knows a stage', 'src/protocols/toy/x.ts', `import { a } from '../../dial/a.ts'\n`, /law 3/],
  ['a protocol knows a protocol', 'src/protocols/toy/x.ts', `import { a } from '../other/a.ts'\n`, /law 3/],
  ['wire knows a language', 'src/wire/x.ts', `import { a } from '../languages/a.ts'\n`, /law 4/],
  ['the journey knows the API', 'src/journey/x.ts', `import { a } from '../admin/a.ts'\n`, /law 4/],
  ['a room without a rank', 'src/utils/x.ts', `export const a = 1\n`, /no rank/],
  ['a protocol named elsewhere', 'src/dial/x.ts', `const a = 'toy'\n`, /word law/],
  ['a grant forged in a protocol', 'src/protocols/toy/x.ts', `const a = { [grantMark]: true }\n`, /grantMark/],
  ['released bytes forged in a listener', 'src/listen/x.ts', `const a = bytes as Released\n`, /as Released/],
  ['a secret opened in a listener', 'src/listen/x.ts', `const a = secret.reveal()\n`, /Secret/],
  ['time from elsewhere', 'src/mask/x.ts', `const a = Date.now()\n`, /Clock/],
]

for (const [name, path, text, expected] of violations) {
  test(`${name}: against the law`, () => {
    assert.match(problemsOf(path, text).join('\n'), expected)
  })
}

test('a check that sees no import at all fails', () => {
  assert.match(checkLaws([], ids).problems.join(), /broken/)
})

test('the tree as it stands keeps the laws, and was looked at', () => {
  const { edges } = checkLaws(readSources(new URL('../..', import.meta.url).pathname), [])
  assert.ok(edges.length > 200)
})
