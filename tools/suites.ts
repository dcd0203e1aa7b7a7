// What `npm test` runs, in order. A suite that needs a program the machine lacks is left out by name, with how to get it.

export interface Program {
  readonly name: string
  /** Any of these paths or names on PATH. */
  readonly found: readonly string[]
  readonly apt: readonly string[]
}

export interface Suite {
  readonly name: string
  readonly about: string
  readonly files: readonly string[]
  /** Test files at a time: real servers get one. */
  readonly concurrency: number
  readonly timeoutMs: number
  readonly needs: readonly Program[]
  /** All files in a few processes instead of one each: pure tests only. */
  readonly shared?: true
}

const postgresql: Program = {
  name: 'PostgreSQL server and psql',
  found: ['/usr/lib/postgresql/*/bin/postgres'],
  apt: ['postgresql', 'postgresql-client'],
}
const chromium: Program = { name: 'Chromium', found: ['chromium'], apt: ['chromium'] }
const go: Program = { name: 'Go with x/mod', found: ['go'], apt: ['golang-go', 'golang-golang-x-mod-dev'] }

/** All targets together, one after the other; test/fuzz/shares.ts says how much is whose. */
const fuzzSeconds = Number(process.env['SALLYPORT_FUZZ_SECONDS'] ?? 60)

export const suites: readonly Suite[] = [
  {
    name: 'unit',
    about: 'pure, beside the code',
    files: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/laws/**/*.test.ts'],
    concurrency: 2,
    timeoutMs: 60_000,
    needs: [],
    shared: true,
  },
  {
    name: 'integration',
    about: 'real servers and clients',
    files: ['test/integration/**/*.test.ts'],
    concurrency: 1,
    timeoutMs: 300_000,
    needs: [postgresql, go],
  },
  {
    name: 'journeys',
    about: 'whole stories with real clients',
    files: ['test/journeys/**/*.test.ts'],
    concurrency: 1,
    timeoutMs: 300_000,
    needs: [postgresql],
  },
  {
    name: 'browser',
    about: 'the console in Chromium',
    files: ['test/e2e/**/*.test.ts'],
    concurrency: 1,
    timeoutMs: 180_000,
    needs: [chromium],
  },
  {
    name: 'fuzz',
    about: `${fuzzSeconds} s of changed inputs; SALLYPORT_FUZZ_SECONDS for longer, SALLYPORT_FUZZ_SEED=new for others`,
    files: ['test/fuzz/**/*.test.ts'],
    concurrency: 2,
    timeoutMs: 120_000 + 1_000 * fuzzSeconds,
    needs: [],
  },
]
