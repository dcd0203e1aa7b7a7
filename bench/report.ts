// One row a measurement, a table a bench.

export interface Row {
  readonly bench: string
  readonly path: string
  readonly rate: string
  readonly ratio: string
  readonly cpu: string
}

export function toTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.bench, row.path, row.rate, row.ratio, row.cpu])
  return toMarkdown(['bench', 'path', 'rate', 'ratio', 'CPU'], cells)
}

export function toMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
