// Mistakes in a configuration: each is told at its line and column, with what was meant when that is near.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocols } from '../../protocols/index.ts'
import { parseConfiguration } from './configuration.ts'
import { printProblem } from './yaml-source.ts'

const good = `origin: gw.example.com
listen:
  https: { port: 8470 }
identity:
  issuers:
    - name: corp
      issuer: https://idp.example.com
      audience: sallyport
      principal: { id: sub, kind: agent }
connections:
  - name: orders
    protocol: postgres
    target: postgres://db.internal:5432/orders
    credential: { user: app, password: file:./secret }
evidence: { durability: standard }
masking:
  operators: { pci/card: partial }
  classes: { off: [{ class: pii/us-ssn, reason: none are here }] }
  custom:
    - { id: staff, class: pii/staff, pattern: 'E[0-9]{6}', score: 0.9 }
  ignore:
    - { id: example, class: pii/email, value: { text: a@example.com }, reason: of all examples, owner: shop, expires: 2099-01-01 }
`

function problemsOf(text: string): string[] {
  const configured = parseConfiguration('s.yaml', text, protocols)
  return configured.ok ? [] : configured.problems.map(printProblem)
}

test('without a mistake there is no problem', () => {
  assert.deepEqual(problemsOf(good), [])
})

const mistakes: readonly (readonly [string, string, string])[] = [
  ['pci/card: partial', 'pci/crad: partial', "s.yaml:17:16: masking.operators.pci/crad: there is no data class 'pci/crad', did you mean 'pci/card'?"],
  ['pci/card: partial', 'pii/email: fpe', 's.yaml:17:16: masking.operators.pii/email: fpe needs a number or an identifier of at least a million values'],
  ['pci/card: partial', 'pci/card: partail', "s.yaml:17:16: masking.operators.pci/card: it is one of replace, redact, partial, hash, token, fpe, null, did you mean 'partial'?"],
  ['class: pii/us-ssn', 'class: pii/us-snn', "s.yaml:18:22: masking.classes.off[0].class: there is no data class 'pii/us-snn', did you mean 'pii/us-ssn'?"],
  ['id: staff', 'id: email', 's.yaml:20:9: masking.custom[0].id: another detector has this id'],
  ['class: pii/email', 'class: pii/emial', "s.yaml:22:22: masking.ignore[0].class: no detector finds 'pii/emial', did you mean 'pii/email'?"],
  ['durability: standard', 'durability: ful', "s.yaml:15:13: evidence.durability: it is one of standard, full, did you mean 'full'?"],
  ['kind: agent', 'kind: robot', 's.yaml:9:29: identity.issuers[0].principal.kind: kind is human, agent, service or ci, or { claim: NAME, map: { VALUE: KIND } }'],
  ['      audience: sallyport\n', '', 's.yaml:6:7: identity.issuers[0].audience: this key is missing'],
  ['{ port: 8470 }', '{ port: 8470, tls: off, host: 0.0.0.0 }', 's.yaml:3:34: listen.https.host: with tls: off only loopback is listened on; leave host out, or give tls'],
  ['  https:', '\thttps:', 's.yaml:3:1: Tabs are not allowed as indentation'],
] // prettier-ignore

for (const [right, wrong, expected] of mistakes) {
  test(`told at its place: ${expected.slice(expected.indexOf(' ') + 1)}`, () => {
    assert.ok(good.includes(right))
    const problems = problemsOf(good.replace(right, () => wrong))
    assert.equal(problems[0], expected)
  })
}

test('loopback by any of its names may be in clear', () => {
  for (const host of ['localhost', '127.0.0.1', '"::1"', '127.0.0.2'])
    assert.deepEqual(problemsOf(good.replace('{ port: 8470 }', `{ port: 8470, tls: off, host: ${host} }`)), [], host)
})
