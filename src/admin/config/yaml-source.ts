// A YAML text checked by a zod schema, with every problem at its line and column and a suggestion where one is near.
// YAML 1.2 core schema, no custom tags, aliases bounded (the "billion laughs").

import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import type { z } from 'zod'
import { didYouMean } from '../../languages/nearest.ts'

export interface Problem {
  /** File as the operator named it. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** `connections[1].target` */
  readonly path: string
  readonly message: string
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly source: YamlSource }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const maxFileBytes = 4 * 1024 * 1024
const maxAliases = 100
const maxProblems = 100

export class YamlSource {
  readonly #file: string
  readonly #document: Document
  readonly #lines: LineCounter

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file
    this.#document = document
    this.#lines = lines
  }

  problem(path: readonly PropertyKey[], message: string): Problem {
    const { line, col } = this.#lines.linePos(this.#offsetOf(path))
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), path: toText(path), message }
  }

  /** undefined when nothing stands there. */
  valueAt(path: readonly PropertyKey[]): unknown {
    return this.#document.getIn(path.map(toStep))
  }

  /** `sallyport.yaml:24`, for people. */
  place(path: readonly PropertyKey[]): string {
    return `${this.#file}:${this.problem(path, '').line}`
  }

  /** Where the deepest part of the path that exists begins: its key when it has one. */
  #offsetOf(path: readonly PropertyKey[]): number {
    let node: unknown = this.#document.contents
    let offset = 0
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
        if (pair === undefined) return offset
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
        node = pair.value
      } else if (isCollection(node)) {
        node = node.items[Number(step)]
        if (isPair(node)) node = node.value
        offset = (node as Node | undefined)?.range?.[0] ?? offset
      } else return offset
    }
    return offset
  }
}

export function parseYaml<T extends z.ZodType>(file: string, text: string, schema: T): Parsed<z.output<T>> {
  const lines = new LineCounter()
  if (Buffer.byteLength(text) > maxFileBytes) {
    return { ok: false, problems: [{ file, line: 1, column: 1, path: '', message: 'the file is larger than 4 MiB' }] }
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    schema: 'core',
    logLevel: 'error',
  })
  const source = new YamlSource(file, document, lines)
  if (document.errors.length > 0) {
    // What is broken once is broken in many ways; the first of them are the ones to look at.
    const problems = document.errors.slice(0, maxProblems).map((error) => {
      const { line, col } = lines.linePos(error.pos[0])
      return { file, line, column: col, path: '', message: withoutPlace(error.message) }
    })
    return { ok: false, problems }
  }
  const odd = oddKeyAt(document)
  if (odd !== null) {
    const { line, col } = lines.linePos(odd)
    return {
      ok: false,
      problems: [{ file, line: Math.max(1, line), column: Math.max(1, col), path: '', message: oddKey }],
    }
  }
  const content = toValue(document)
  if (!content.ok) return { ok: false, problems: [{ file, line: 1, column: 1, path: '', message: content.why }] }
  const checked = schema.safeParse(content.value)
  if (checked.success) return { ok: true, value: checked.data, source }
  return { ok: false, problems: checked.error.issues.flatMap((issue) => toProblems(issue, schema, source)) }
}

/** What follows quotes the file, and the place is ours to tell. */
function withoutPlace(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}

const oddKey = 'a key is a text, not a list or a map'

/** Where a key begins that is no text. The library would write it as one, which takes twice as long for each map in a map. */
function oddKeyAt(document: Document): number | null {
  let at: number | null = null
  visit(document, {
    Pair(_, { key }) {
      if (key === null || isScalar(key)) return undefined
      at = (key as Partial<Node>).range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return at
}

type Content = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

/** What the library says of a failure quotes the file, so it goes no further. */
function toValue(document: Document): Content {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: maxAliases }) ?? {} }
  } catch (error) {
    // A reference that would make the document grow beyond bounds.
    const isTooMuch = error instanceof ReferenceError
    return { ok: false, why: isTooMuch ? 'the file has too many aliases' : 'the file holds what has no value' }
  }
}

function toProblems(issue: z.core.$ZodIssue, schema: z.ZodType, source: YamlSource): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [source.problem(issue.path, told(issue, source.valueAt(issue.path)))]
  const known = knownKeys(schema, issue.path)
  return issue.keys.map((key) => source.problem([...issue.path, key], `unknown key '${key}'${didYouMean(key, known)}`))
}

/** In the library's words where ours say no more. */
function told(issue: z.core.$ZodIssue, value: unknown): string {
  if (!/^Invalid (?:input|option)/.test(issue.message)) return issue.message
  if (issue.code === 'invalid_type' && value === undefined) return 'this key is missing'
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return issue.message
  const known = issue.values.map(String)
  return `it is one of ${known.join(', ')}${didYouMean(value, known)}`
}

/** Keys that the schema has at a path, found by walking zod's own description. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema
  for (const step of path) at = descend(at, step)
  const shape = definitionOf(at)?.shape
  return shape === undefined ? [] : Object.keys(shape)
}

interface Definition {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly element?: unknown
  readonly innerType?: unknown
  readonly catchall?: unknown
  readonly valueType?: unknown
  readonly in?: unknown
}

function definitionOf(schema: unknown): Definition | undefined {
  let at = schema
  for (let depth = 0; depth < 8; depth++) {
    const definition = (at as { _zod?: { def: Definition } } | undefined)?._zod?.def
    const inner = definition?.innerType ?? definition?.in
    if (inner === undefined) return definition
    at = inner
  }
  return undefined
}

function descend(schema: unknown, step: PropertyKey): unknown {
  const definition = definitionOf(schema)
  return definition?.shape?.[String(step)] ?? definition?.element ?? definition?.valueType ?? definition?.catchall
}

function toStep(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step)
}

function toText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  )
}

export function printProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`
  return problem.path === '' ? `${where}: ${problem.message}` : `${where}: ${problem.path}: ${problem.message}`
}
