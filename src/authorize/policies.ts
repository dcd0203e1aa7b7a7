// From a folder of Cedar files to a set of rules that was checked as a whole: parsed, typed against the schema, named,
// looked up. All problems are told at once, each at its file, line and column; with one problem nothing is loaded, because
// half of somebody's rules is a different policy.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  policyToJson,
  validate,
  type DetailedError,
  type PolicyJson,
  type SchemaJson,
} from '@cedar-policy/cedar-wasm/nodejs'
import { Fault } from '../kernel/fault.ts'
import { toAnnotations, type Annotations } from './annotations.ts'
import { placeWithin, splitPolicies, toText, type Place, type PolicyText } from './policy-text.ts'
import { toSchema, type TimeRead } from './schema.ts'
import { checkNames, namesPrincipal, timeRead, type World } from './vocabulary.ts'

export interface Rule extends Annotations {
  readonly effect: 'permit' | 'forbid'
  readonly source: PolicyText
  readonly json: PolicyJson
}

export interface PolicySet {
  /** SHA-256, hexadecimal, over what the rules mean and the schema: neither comments nor the order of files change it. */
  readonly version: string
  /** By id. */
  readonly rules: ReadonlyMap<string, Rule>
  /** What requests are checked against: without the clock unless a rule reads it, so that a read nobody saw fails. */
  readonly schema: SchemaJson<string>
  readonly readsTime: TimeRead
  readonly namesPrincipals: boolean
  readonly world: World
}

export interface PolicyProblem {
  readonly place: Place
  readonly message: string
}

export interface CheckedPolicies {
  /** null when there are problems. */
  readonly policies: PolicySet | null
  readonly problems: readonly PolicyProblem[]
  /** Nothing that stops the gateway. */
  readonly warnings: readonly PolicyProblem[]
}

export interface PolicyFile {
  readonly name: string
  readonly text: string
}

const maxFiles = 500
const maxFileBytes = 1024 * 1024
const maxPolicies = 2_000
const maxProblemsTold = 50

/** @throws Fault `config.invalid` with every problem in its facts */
export function loadPolicies(folder: string, world: World): PolicySet {
  const { policies, problems } = checkPolicies(readPolicyFiles(folder), world)
  if (policies !== null) return policies
  const told = problems.slice(0, maxProblemsTold).map(({ place, message }) => `${toText(place)}: ${message}`)
  throw new Fault('config.invalid', { problems: told.join('\n'), count: problems.length })
}

/** @throws Fault `config.invalid` when the folder cannot be read or holds more than anybody writes by hand */
export function readPolicyFiles(folder: string): PolicyFile[] {
  try {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.cedar'))
      .sort()
    if (names.length > maxFiles) throw tooMuch(folder, `more than ${maxFiles} files`)
    return names.map((name) => {
      const path = join(folder, name)
      if (statSync(path).size > maxFileBytes) throw tooMuch(path, `more than ${maxFileBytes} bytes`)
      return { name: path, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) }
    })
  } catch (error) {
    if (error instanceof Fault) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Fault('config.invalid', { problems: `${folder}: the policies cannot be read (${code})`, count: 1 }, error)
  }
}

function tooMuch(path: string, what: string): Fault {
  return new Fault('config.invalid', { problems: `${path}: ${what}`, count: 1 })
}

/** Pure: what `sallyport check` and `policy test` ask as well. */
export function checkPolicies(files: readonly PolicyFile[], world: World): CheckedPolicies {
  const pieces = files.flatMap(({ name, text }) => splitPolicies(name, text))
  const [first] = pieces
  if (pieces.length > maxPolicies && first !== undefined)
    return {
      policies: null,
      problems: [{ place: first.place, message: `more than ${maxPolicies} policies` }],
      warnings: [],
    }
  const problems: PolicyProblem[] = []
  const rules = new Map<string, Rule>()
  for (const piece of pieces) {
    const rule = toRule(piece, problems)
    if (rule === null) continue
    const known = rules.get(rule.id)
    if (known === undefined) rules.set(rule.id, rule)
    else
      problems.push({ place: piece.place, message: `the @id "${rule.id}" is taken by ${toText(known.source.place)}` })
  }
  const widest = toSchema(
    world.vocabularies.map(({ cedar }) => cedar),
    'now',
  )
  const mistyped = typeProblems(rules, widest)
  problems.push(...mistyped)
  const named = [...rules.values()].map((rule) => [rule, checkNames(rule.json, world)] as const)
  const at = (of: 'errors' | 'warnings'): PolicyProblem[] =>
    named.flatMap(([rule, checked]) =>
      checked[of].map((message) => ({ place: rule.source.place, message: `"${rule.id}": ${message}` })),
    )
  problems.push(...at('errors'))
  const policies = problems.length > 0 ? null : toPolicySet(rules, world, widest)
  return { policies, problems: problems.sort(byPlace), warnings: at('warnings') }
}

function toRule(source: PolicyText, problems: PolicyProblem[]): Rule | null {
  const parsed = policyToJson(source.text)
  if (parsed.type === 'failure') {
    problems.push(...parsed.errors.map((error) => toProblem(error, source)))
    return null
  }
  const { json } = parsed
  const annotations = toAnnotations(json)
  if ('id' in annotations) return { ...annotations, effect: json.effect, source, json }
  problems.push(...annotations.map((message) => ({ place: source.place, message })))
  return null
}

/** Warnings count as errors: "impossible" is a rule that can never match, the others are letters made to be misread. */
function typeProblems(rules: ReadonlyMap<string, Rule>, schema: SchemaJson<string>): PolicyProblem[] {
  const staticPolicies = Object.fromEntries([...rules].map(([id, { source }]) => [id, source.text]))
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure')
    throw new Fault('internal', {
      why: 'the policy validator refused its input',
      what: answer.errors[0]?.message ?? '',
    })
  const problems: PolicyProblem[] = []
  const refused = new Set(answer.validationErrors.map(({ policyId }) => policyId))
  for (const { policyId, error } of [...answer.validationErrors, ...answer.validationWarnings]) {
    const source = rules.get(policyId)?.source
    // What a mistyped rule is warned of besides follows from the mistake.
    if (source === undefined || (error.severity === 'warning' && refused.has(policyId))) continue
    problems.push(toProblem(error, source))
  }
  return problems
}

function toProblem({ message, help, sourceLocations }: DetailedError, source: PolicyText): PolicyProblem {
  const place = placeWithin(source, sourceLocations?.[0]?.start ?? 0)
  return { place, message: help === null ? message : `${message} (${help})` }
}

function toPolicySet(rules: ReadonlyMap<string, Rule>, world: World, widest: SchemaJson<string>): PolicySet {
  const sorted = [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const reads = new Set(sorted.map(({ json }) => timeRead(json)))
  const readsTime = reads.has('now') ? 'now' : reads.has('hour') ? 'hour' : 'never'
  return {
    version: createHash('sha256')
      .update(canonical([sorted.map(({ json }) => json), widest]))
      .digest('hex'),
    rules: new Map(sorted.map((rule) => [rule.id, rule])),
    schema: toSchema(
      world.vocabularies.map(({ cedar }) => cedar),
      readsTime,
    ),
    readsTime,
    namesPrincipals: sorted.some(({ json }) => namesPrincipal(json)),
    world,
  }
}

/** JSON with sorted keys: equal exactly when the values are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1
  return a.place.line - b.place.line || a.place.column - b.place.column
}
