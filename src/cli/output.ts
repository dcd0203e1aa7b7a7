// How commands speak: tables and colours for people at a terminal, JSON for programs, progress on standard error only.

import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** JSON escapes what a terminal would obey of ASCII; the rest is escaped here, to the same value. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value).replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  process.stdout.write(`${text}\n`)
}

/** Colours only when a person looks: not in a pipe, not with NO_COLOR. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

export interface Column<T> {
  readonly title: string
  readonly of: (row: T) => string
}

export function printTable<T>(rows: readonly T[], columns: readonly Column<T>[]): void {
  const cells = rows.map((row) => columns.map((column) => toSafeLine(column.of(row))))
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  print(paint('dim', line(columns.map((column) => column.title))))
  for (const row of cells) print(line(row))
}

/** Recorded text may be hostile: a terminal must not obey it. Escapes, C1 controls and bidirectional overrides are shown as symbols. */
export function toSafeText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    const code = character.charCodeAt(0)
    if (character === '\n' || character === '\t') return character
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })
}

/** Recorded text in a line of ours: it cannot begin another one. */
export function toSafeLine(text: string): string {
  return toSafeText(text.replace(/[\n\u2028\u2029]+/g, ' ⏎ '))
}

export function ago(iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000))
  if (seconds < 90) return `${seconds} s ago`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`
}

/** A bar on standard error while something long runs; nothing when nobody watches. */
export class Progress {
  readonly #label: string
  readonly #shown = process.stderr.isTTY

  constructor(label: string) {
    this.#label = label
  }

  update(done: number, total: number): void {
    if (!this.#shown || total === 0) return
    const filled = Math.round((done / total) * 30)
    process.stderr.write(`\r${this.#label} [${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${done}/${total} `)
  }

  end(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K')
  }
}
