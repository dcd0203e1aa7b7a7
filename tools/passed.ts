// Which unit tests passed as they are now, so that the check need not run them again; and which are as they were committed. Now
// means: the test file, every module it imports through any number of others, all files that are no code, the lock of the
// libraries, the runtime. Knows no tests.

import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { z } from 'zod'

const memoryPath = 'node_modules/.cache/check/passed.json'
/** What sets up every process of tests. */
const setup = ['tools/unit-share.ts', 'tools/unit-shares.ts']
/** Who lists a folder sees files that it does not import; these look at code, but for those of a corpus, who look at that. */
const looksAround = /readdir|globSync|opendir/
const ofCorpus = /\.corpus\.test\.ts$/
const alwaysRun = /^(?:tools|test)\//
/** Whatever is written like the path of a module is taken for an import: of a worker, of another process. */
const relative = /(['"`])(\.{1,2}\/[^'"`\n]+\.ts)\1/g

export type ReadFile = (path: string) => Uint8Array | null

export type Fingerprints = ReadonlyMap<string, string>

const memory = z.record(z.string(), z.object({ fingerprint: z.string(), passed: z.number() }))
export type Memory = z.infer<typeof memory>

export interface Outcome {
  /** How many tests of each file passed. */
  readonly passed: Readonly<Record<string, number>>
  /** Files with a test that failed, or was left out. */
  readonly failed: readonly string[]
}

interface Module {
  readonly digest: string
  readonly imports: readonly string[]
}

/** @param surroundings what every test depends on; @returns nothing for a file that is always run */
export function toFingerprints(files: readonly string[], surroundings: string, read: ReadFile): Fingerprints {
  const fingerprints = new Map<string, string>()
  for (const [file, reached] of toReached(files, read)) {
    const digests = [...reached].sort(([one], [other]) => (one < other ? -1 : 1)).map((module) => module.join(' '))
    fingerprints.set(file, hash('sha256', [surroundings, ...digests].join('\n')))
  }
  return fingerprints
}

/** @param changed since the commit, deleted and new ones as well; @returns the files that see none of it */
export function asCommitted(files: readonly string[], changed: readonly string[], read: ReadFile): ReadonlySet<string> {
  if (changed.some((path) => !path.endsWith('.ts'))) return new Set()
  const same = [...toReached(files, read)].filter(([, reached]) => !changed.some((path) => reached.has(path)))
  return new Set(same.map(([file]) => file))
}

/** By file: every module it sees, with the digest of what is in it. Nothing of a file that is always run. */
function toReached(files: readonly string[], read: ReadFile): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const modules = new Map<string, Module>()
  const moduleOf = (path: string): Module => {
    let known = modules.get(path)
    if (known === undefined) modules.set(path, (known = toModule(path, read(path))))
    return known
  }
  const looks = (file: string): boolean =>
    !ofCorpus.test(file) && looksAround.test(Buffer.from(read(file) ?? '').toString())
  const all = new Map<string, ReadonlyMap<string, string>>()
  for (const file of files) {
    if (alwaysRun.test(file) || looks(file)) continue
    const paths = new Set([file, ...setup])
    for (const path of paths) for (const one of moduleOf(path).imports) paths.add(one)
    all.set(file, new Map(Array.from(paths, (path) => [path, moduleOf(path).digest])))
  }
  return all
}

function toModule(path: string, bytes: Uint8Array | null): Module {
  if (bytes === null) return { digest: 'absent', imports: [] }
  const found = Buffer.from(bytes).toString().matchAll(relative)
  const imports = Array.from(found, ([, , target = '']) => posix.join(posix.dirname(path), target))
  return { digest: hash('sha256', bytes), imports }
}

/** Files that passed as they are now, with how many tests they have. */
export function unchanged(known: Memory, now: Fingerprints): ReadonlyMap<string, number> {
  const same = [...now].filter(([file, fingerprint]) => known[file]?.fingerprint === fingerprint)
  return new Map(same.map(([file]) => [file, known[file]?.passed ?? 0]))
}

/** @param now after the run: what was changed meanwhile is not what passed */
export function afterRun(known: Memory, before: Fingerprints, now: Fingerprints, outcome: Outcome): Memory {
  const next = { ...known }
  for (const file of outcome.failed) delete next[file]
  // A test that a module of helpers defines is reported under that module's name: whose it is, nobody can say.
  if (outcome.failed.some((file) => !before.has(file))) return next
  for (const [file, fingerprint] of now) {
    const passed = outcome.passed[file] ?? 0
    if (passed > 0 && before.get(file) === fingerprint && !outcome.failed.includes(file))
      next[file] = { fingerprint, passed }
  }
  return next
}

/** Of the folder this runs in; of none when nobody can say which files are its own. */
export function readFingerprints(files: readonly string[]): Fingerprints {
  const listed = askGit('ls-files', '-coz', '--exclude-standard')
  if (listed === null) return new Map()
  const others = listed.filter((path) => !path.endsWith('.ts'))
  const digests = [...new Set(others)].sort().map((path) => `${path} ${hash('sha256', readHere(path) ?? '')}`)
  const surroundings = [process.version, process.platform, process.arch, ...digests].join('\n')
  return toFingerprints(files, surroundings, readHere)
}

/** Of the folder this runs in. */
export function readAsCommitted(files: readonly string[]): ReadonlySet<string> {
  const changed = askGit('diff', '--name-only', '--no-renames', '-z', 'HEAD')
  const fresh = askGit('ls-files', '-oz', '--exclude-standard')
  return changed === null || fresh === null ? new Set() : asCommitted(files, [...changed, ...fresh], readHere)
}

const readHere: ReadFile = (path) => {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** @returns the paths it answers; null when there is nobody to ask */
function askGit(...args: readonly string[]): readonly string[] | null {
  try {
    const answer = execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' })
    return answer.split('\0').filter((path) => path !== '')
  } catch (error) {
    process.stdout.write(`all unit tests are run: ${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}

export function readMemory(): Memory {
  try {
    return memory.parse(JSON.parse(readFileSync(memoryPath, 'utf8')))
  } catch {
    // Not there yet, or nothing that can be used: everything runs.
    return {}
  }
}

export function writeMemory(known: Memory): void {
  mkdirSync(posix.dirname(memoryPath), { recursive: true })
  const written = `${memoryPath}.${process.pid}`
  writeFileSync(written, JSON.stringify(known))
  renameSync(written, memoryPath)
}
