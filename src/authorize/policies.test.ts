import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { isDeep } from '../../test/harness/depth.ts'
import { Fault } from '../kernel/fault.ts'
import { policiesOf, problemsOf, sample, world } from './testing/world.ts'
import { checkPolicies, loadPolicies, readPolicyFiles } from './policies.ts'

const starter = resolve(import.meta.dirname, '../../policies')

test('the sample of the documentation loads as it is written', () => {
  const { rules, readsTime, namesPrincipals } = policiesOf(sample)
  assert.deepEqual(
    [...rules.keys()],
    ['agents-read-orders', 'no-unfiltered-delete', 'prod-just-in-time', 'support-may-see-mail', 'writes-need-a-dba'],
  )
  assert.equal(rules.get('prod-just-in-time')?.grantForMs, 3_600_000)
  assert.equal(rules.get('writes-need-a-dba')?.approval, 'dba')
  assert.equal(rules.get('writes-need-a-dba')?.reason, 'Writes on production need a DBA.')
  assert.deepEqual([readsTime, namesPrincipals], ['never', false])
})

test('of many names that could be meant the near one is told, or a few', () => {
  const classes = Array.from({ length: 30 }, (_, i) => `pii/class-${String(i).padStart(2, '0')}`)
  const told = (name: string): readonly string[] => {
    const text = `@id("a") permit (principal, action == Action::"view", resource == DataClass::"${name}");`
    return checkPolicies([{ name: 'a.cedar', text }], { ...world, classes }).problems.map(({ message }) => message)
  }
  assert.deepEqual(told('pii/clas-29'), ['"a": there is no data class "pii/clas-29"; did you mean "pii/class-29"?'])
  assert.match(told('everything')[0] ?? '', /; there are pii, pii\/class-00, .*pii\/class-18, …$/)
})

test('a tag in a condition that no connection has is a warning, in a scope it is an error', () => {
  const noCrm = { ...world, connections: world.connections.filter(({ name }) => name !== 'mails') }
  const checked = checkPolicies([{ name: 'a.cedar', text: sample }], noCrm)
  assert.deepEqual(checked.problems, [])
  assert.deepEqual(
    checked.warnings.map(({ message }) => message),
    ['"support-may-see-mail": no connection has the tag "crm"; there are model, pii, prod'],
  )
  assert.deepEqual(problemsOf('@id("a") forbid (principal, action, resource in Tag::"prd");'), [
    'test.cedar:1:1: "a": no connection has the tag "prd"; there are crm, dev, model, pii, prod',
  ])
})

test('the starter rules load for anybody: they name groups and no connection', () => {
  const files = readPolicyFiles(starter)
  assert.equal(files.length, 5)
  const other = { ...world, connections: [{ name: 'x', protocol: 'sqlish', tags: [] }] }
  const none = { ...world, connections: [] }
  for (const one of isDeep ? [world, other, none] : [none]) {
    const { problems, warnings } = checkPolicies(files, one)
    assert.deepEqual(problems, [])
    assert.deepEqual(warnings, [])
  }
})

const refused: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
  ['no name', 'permit (principal, action, resource);', /^test.cedar:1:1: every policy needs a name/],
  ['an empty name', '@id permit (principal, action, resource);', /@id needs a value/],
  ['a name with a space', '@id("a b") permit (principal, action, resource);', /@id is made of letters/],
  [
    'an unknown annotation',
    '@id("a") @aproval("dba") forbid (principal, action, resource);',
    /unknown annotation @aproval/,
  ],
  [
    'an approval on a permit',
    '@id("a") @approval("dba") permit (principal, action, resource);',
    /@approval belongs on a forbid/,
  ],
  [
    'an approval on view',
    '@id("a") @approval("dba") forbid (principal, action == Action::"view", resource);',
    /masking does not wait/,
  ],
  [
    'a grant without approval',
    '@id("a") @grant("1h") forbid (principal, action == Action::"connect", resource);',
    /@grant needs @approval/,
  ],
  [
    'a grant on statements',
    '@id("a") @approval("x") @grant("1h") forbid (principal, action in Action::"sql:write", resource);',
    /only access lasts/,
  ],
  [
    'a grant on everything',
    '@id("a") @approval("x") @grant("1h") forbid (principal, action, resource);',
    /only access lasts/,
  ],
  [
    'a grant of no length',
    '@id("a") @approval("x") @grant("soon") forbid (principal, action == Action::"connect", resource);',
    /@grant is a duration/,
  ],
  ['a reason of two lines', '@id("a") @reason("a\\nb") forbid (principal, action, resource);', /one line/],
  [
    'a misspelt action',
    '@id("a")\nforbid (principal, action in Action::"sql:writes", resource);',
    /^test.cedar:2:\d+: .*unrecognized action .*did you mean `Action::"sql:write"`/,
  ],
  [
    'a misspelt attribute',
    '@id("a")\nforbid (principal, action in Action::"sql:write", resource)\nwhen { context.sql.unfilterd };',
    /^test.cedar:3:8: .*did you mean `unfiltered`/,
  ],
  [
    'an attribute of other actions',
    '@id("a") forbid (principal, action == Action::"connect", resource) when { context.sql.unfiltered };',
    /attribute `sql` .* not found/,
  ],
  [
    'the wrong resource',
    '@id("a") permit (principal, action == Action::"view", resource == Connection::"orders");',
    /unable to find an applicable action/,
  ],
  [
    'a group as a principal',
    '@id("a") permit (principal == Group::"agents", action, resource);',
    /try replacing `==` with `in`/,
  ],
  ['never', '@id("a") permit (principal, action, resource) when { false };', /policy is impossible/],
  ['never, by a constant', '@id("a") permit (principal, action, resource) when { 1 == 2 };', /policy is impossible/],
  [
    'an unknown connection',
    '@id("a") permit (principal, action, resource == Connection::"ordres");',
    /there is no connection "ordres"; there are claude, mails, orders/,
  ],
  [
    'an unknown connection in an exception',
    '@id("a") forbid (principal, action in Action::"sql:write", resource) unless { resource == Connection::"ordres" };',
    /there is no connection "ordres"/,
  ],
  [
    'an unknown class',
    '@id("a") permit (principal, action == Action::"view", resource == DataClass::"pii/mail");',
    /there is no data class "pii\/mail"/,
  ],
  [
    'actions that the connection does not have',
    '@id("a") permit (principal, action in Action::"sql:read", resource == Connection::"claude");',
    /no action it names exists on Connection::"claude"/,
  ],
  [
    'actions that the tag does not have',
    '@id("a") permit (principal, action in Action::"model:use", resource in Tag::"prod");',
    /no action it names exists on Tag::"prod"/,
  ],
  ['a template', '@id("a") permit (principal == ?principal, action, resource);', /slot/],
  ['letters made to be misread', '@id("a") forbid (principal in Group::"a\u202Eb", action, resource);', /BIDI/],
  ['no semicolon', '@id("a") permit (principal, action, resource)', /unexpected end of input/],
  ['a string that does not end', '@id("a") permit (principal, action, resource) when { "a };\n', /^test.cedar:1:/],
]

for (const [what, text, expected] of refused) {
  test(`refused: ${what}`, () => {
    const problems = problemsOf(text)
    assert.ok(problems.length > 0)
    assert.match(problems.join('\n'), expected)
  })
}

test('two rules of one name are told with both places', () => {
  const rule = '@id("a") permit (principal, action, resource);'
  const { problems } = checkPolicies(
    ['x.cedar', 'y.cedar'].map((name) => ({ name, text: rule })),
    world,
  )
  assert.deepEqual(problems, [
    { place: { file: 'y.cedar', line: 1, column: 1 }, message: 'the @id "a" is taken by x.cedar:1:1' },
  ])
})

test('every problem is told at once, in order, at the place of the rule', () => {
  const text =
    '// a comment; with a semicolon and a "quote\n@id("a;//b")\npermit (principal, action, resource);\n\n  @id("é")\n  permit (principal, action, resource) ;permit (principal, action, resource);'
  assert.deepEqual(
    problemsOf(text).map((line) => line.slice(0, line.indexOf(': '))),
    ['test.cedar:2:1', 'test.cedar:5:3', 'test.cedar:6:41'],
  )
})

test('the version is of what the rules mean: comments, layout, files and order do not change it', () => {
  const rules = sample
    .split(';')
    .map((text) => `${text.trim()};`)
    .slice(0, -1)
  const turned = rules
    .toReversed()
    .map((text, index) => ({ name: `${index}.cedar`, text: `// note\n${text.replaceAll(', ', ',\n')}` }))
  const one = policiesOf(sample).version
  assert.match(one, /^[0-9a-f]{64}$/)
  assert.equal(checkPolicies(turned, world).policies?.version, one)
  assert.notEqual(policiesOf(sample.replace('"dba"', '"dbas"')).version, one)
  assert.notEqual(policiesOf(sample.replace('1h', '2h')).version, one)
  const wider = { ...world, vocabularies: world.vocabularies.slice(0, 2) }
  assert.notEqual(policiesOf(sample, wider).version, one)
})

test('which clock is read, and whether a principal is named, is seen wherever it stands', () => {
  const of = (condition: string) => {
    const { readsTime, namesPrincipals } = policiesOf(
      `@id("a") forbid (principal, action == Action::"connect", resource) when { ${condition} };`,
    )
    return [readsTime, namesPrincipals]
  }
  assert.deepEqual(of('context.connection in Tag::"prod"'), ['never', false])
  assert.deepEqual(of('context.hour >= 22 || context.hour < 6'), ['hour', false])
  assert.deepEqual(of('context.hour > 3 && context.now > 5'), ['now', false])
  assert.deepEqual(of('if context has now then true else false'), ['now', false])
  assert.deepEqual(of('(if principal in Group::"a" then context else context).now > 5'), ['now', false])
  assert.deepEqual(of('principal == Human::"https://idp.test|alice"'), ['never', true])
  assert.deepEqual(of('principal in [Agent::"x"] || false'), ['never', true])
})

test('a folder is read in order, and what is wrong with it is a fault of the operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'))
  try {
    writeFileSync(join(folder, 'a.cedar'), sample)
    writeFileSync(join(folder, 'notes.txt'), 'not a policy')
    assert.equal(loadPolicies(folder, world).rules.size, 5)
    writeFileSync(join(folder, 'b.cedar'), 'permit (principal, action, resource);')
    assert.throws(
      () => loadPolicies(folder, world),
      (error) =>
        error instanceof Fault &&
        error.code === 'config.invalid' &&
        error.message === 'config.invalid: The configuration is not valid.' &&
        String(error.facts['problems']).includes('b.cedar:1:1: every policy needs a name of its own'),
    )
    writeFileSync(join(folder, 'b.cedar'), new Uint8Array([0xff, 0xfe]))
    assert.throws(() => readPolicyFiles(folder), { code: 'config.invalid' })
    writeFileSync(join(folder, 'b.cedar'), new Uint8Array(1024 * 1024 + 1).fill(32))
    assert.throws(() => readPolicyFiles(folder), /config.invalid/)
    assert.throws(() => readPolicyFiles(join(folder, 'nowhere')), { code: 'config.invalid' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
