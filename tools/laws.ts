// The four laws of the structure, the word law and the marks, checked on every import of src/ (type imports count).
// Zero edges or a folder without a rank is a failure: a check that sees nothing must not pass.
//
//   node tools/laws.ts            exit 1 and one line a violation
//   node tools/laws.ts --diagram  the path as it stands in ARCHITECTURE.md, from the rank table

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

type Kind = 'kernel' | 'pure' | 'stage' | 'protocol' | 'introducer'

/** Every room of src/, from the inside out. A room may import rooms of a lower rank, as its kind allows. */
const rooms: Readonly<Record<string, { readonly rank: number; readonly kind: Kind }>> = {
  kernel: { rank: 0, kind: 'kernel' },
  wire: { rank: 1, kind: 'pure' },
  languages: { rank: 2, kind: 'pure' },
  listen: { rank: 3, kind: 'stage' },
  identify: { rank: 3, kind: 'stage' },
  authorize: { rank: 3, kind: 'stage' },
  mask: { rank: 3, kind: 'stage' },
  dial: { rank: 3, kind: 'stage' },
  record: { rank: 3, kind: 'stage' },
  seal: { rank: 3, kind: 'stage' },
  store: { rank: 3, kind: 'stage' },
  protocols: { rank: 3, kind: 'protocol' },
  journey: { rank: 4, kind: 'introducer' },
  admin: { rank: 5, kind: 'introducer' },
  main: { rank: 6, kind: 'introducer' },
  cli: { rank: 7, kind: 'introducer' },
}

/** Marks that prove a step was taken, and the rooms that may name them. The kernel declares them. */
const marks: Readonly<Record<string, readonly string[]>> = {
  grantMark: ['kernel', 'authorize', 'dial'],
  passageMark: ['kernel', 'journey', 'dial'],
  releasedMark: ['kernel'],
  'as Released': ['journey'],
}

/** Rooms that may open a Secret. */
const revealers = new Set(['kernel', 'dial', 'identify', 'mask', 'record', 'seal', 'cli', 'admin', 'protocols'])

/** Where the words of a protocol may stand besides its own folder: a language may share its protocol's name. */
const wordsAllowed = ['src/protocols/index.ts', 'src/languages/']

export interface Edge {
  readonly from: string
  readonly to: string
}

export interface SourceFile {
  /** Relative to the root: `src/dial/dialer.ts`. */
  readonly path: string
  readonly text: string
}

/** @returns one line a violation, and the edges that were looked at */
export function checkLaws(
  files: readonly SourceFile[],
  protocolIds: readonly string[],
): { problems: string[]; edges: Edge[] } {
  const problems: string[] = []
  const edges: Edge[] = []
  for (const file of files) {
    const room = roomOf(file.path)
    if (rooms[room] === undefined) problems.push(`${file.path}: the room '${room}' has no rank in tools/laws.ts`)
    const isTest = isTestFile(file.path)
    for (const target of importsOf(file)) {
      edges.push({ from: file.path, to: target })
      if (!isTest) problems.push(...edgeProblems(file.path, target))
    }
    if (!isTest)
      problems.push(...wordProblems(file, protocolIds), ...markProblems(file, room), ...clockProblems(file, room))
  }
  if (edges.length === 0) problems.push('no import was seen at all: the check itself is broken')
  return { problems, edges }
}

function edgeProblems(from: string, to: string): string[] {
  const [a, b] = [roomOf(from), roomOf(to)]
  const [source, target] = [rooms[a], rooms[b]]
  if (source === undefined) return []
  if (source.kind === 'kernel' && !to.startsWith('src/kernel/'))
    return [`${from}: law 1, the kernel imports nothing, not ${to}`]
  if (!to.startsWith('src/') || target === undefined) return []
  if (a === b && source.kind !== 'protocol') return []
  if (source.kind === 'protocol') return protocolProblems(from, to)
  if (source.kind === 'introducer' && target.rank <= source.rank) return []
  if (target.rank < source.rank && (target.kind === 'kernel' || target.kind === 'pure')) return []
  const law =
    source.kind === 'stage' ? 'law 2, stages are strangers' : 'law 4, only journey, admin, main and cli introduce'
  return [`${from}: ${law}, so not ${to}`]
}

function protocolProblems(from: string, to: string): string[] {
  const own = from.split('/').slice(0, 3).join('/')
  const isList = from === 'src/protocols/index.ts'
  const target = rooms[roomOf(to)]
  if (to.startsWith('src/protocols/')) {
    return isList || to.startsWith(`${own}/`)
      ? []
      : [`${from}: law 3, protocols are strangers to each other, so not ${to}`]
  }
  return target?.kind === 'kernel' || target?.kind === 'pure'
    ? []
    : [`${from}: law 3, a protocol knows no stage, so not ${to}`]
}

function wordProblems(file: SourceFile, protocolIds: readonly string[]): string[] {
  if (wordsAllowed.some((place) => file.path.startsWith(place))) return []
  return protocolIds
    .filter((id) => !file.path.startsWith(`src/protocols/${id}/`) && new RegExp(`\\b${id}\\b`, 'i').test(file.text))
    .map((id) => `${file.path}: the word law, '${id}' belongs in src/protocols/${id}/`)
}

function markProblems(file: SourceFile, room: string): string[] {
  const wrong = Object.entries(marks)
    .filter(([mark, allowed]) => new RegExp(`\\b${mark}\\b`).test(file.text) && !allowed.includes(room))
    .map(([mark]) => `${file.path}: '${mark}' may not be named in ${room}/`)
  const reveals = file.text.includes('.reveal()') && !revealers.has(room)
  return reveals ? [...wrong, `${file.path}: a Secret may not be opened in ${room}/`] : wrong
}

function clockProblems(file: SourceFile, room: string): string[] {
  return room !== 'kernel' && /\b(Date\.now|performance\.now)\(/.test(file.text)
    ? [`${file.path}: time comes through Clock only`]
    : []
}

/** `src/journey.ts` and `src/journey/…` are one room, as are `src/main.ts` and `src/main/…`. */
export function roomOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '')
}

function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/') || path === 'src/protocols/conformance.ts'
}

const importPattern =
  /^\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

function importsOf(file: SourceFile): string[] {
  const found: string[] = []
  for (const match of file.text.matchAll(importPattern)) {
    const name = match[1] ?? match[2] ?? match[3] ?? ''
    found.push(name.startsWith('.') ? join(dirname(file.path), name) : name)
  }
  return found
}

export function readSources(root: string): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Paths in backticks that ARCHITECTURE.md names must exist. */
export function deadPaths(root: string, page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  const named = [...text.matchAll(/`((?:src|test|tools|corpus|bench|deploy|docs|policies|bin)\/[\w./*-]*)`/g)].map(
    (match) => match[1] ?? '',
  )
  return named
    .filter((path) => !path.includes('*') && !existsSync(join(root, path)))
    .map((path) => `${page}: ${path} does not exist`)
}

export function diagram(): string {
  const ranks = new Map<number, string[]>()
  for (const [room, { rank }] of Object.entries(rooms)) ranks.set(rank, [...(ranks.get(rank) ?? []), room])
  return [...ranks.entries()]
    .sort(([a], [b]) => b - a)
    .map(([rank, names]) => `${rank}  ${names.join('  ')}`)
    .join('\n')
}

function main(): void {
  const root = resolve(import.meta.dirname, '..')
  if (process.argv.includes('--diagram')) {
    process.stdout.write(`${diagram()}\n`)
    return
  }
  const ids = readdirSync(join(root, 'src/protocols'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  const { problems, edges } = checkLaws(readSources(root), ids)
  if (existsSync(join(root, 'ARCHITECTURE.md'))) problems.push(...deadPaths(root, 'ARCHITECTURE.md'))
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.stdout.write(`laws: ${edges.length} imports, ${problems.length} against a law\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
