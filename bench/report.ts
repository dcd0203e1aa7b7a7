// One row a measurement, a table a bench.

export interface Row {
  readonly bench: string
  readonly path: string
  readonly rate: string
  readonly ratio: string
  readonly cpu: string
}

export function toTable(rows: readonly Row[]): string {
  const head = '| bench | path | rate | ratio | CPU |\n|---|---|---|---|---|'
  return [head, ...rows.map((row) => `| ${row.bench} | ${row.path} | ${row.rate} | ${row.ratio} | ${row.cpu} |`)].join(
    '\n',
  )
}
