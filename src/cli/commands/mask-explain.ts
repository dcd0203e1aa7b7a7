// `sallyport mask explain`: why something is masked, and what nearly was. Nothing of it is logged or kept.

import { z } from 'zod'
import type { Explained, ExplainedFinding, NearMiss } from '../../mask/index.ts'
import { BadUsage } from '../failure.ts'
import { eachLine } from '../json-lines.ts'
import { paint, print, printJson, printTable, toSafeText } from '../output.ts'
import { maskingOf } from './mask.ts'

export interface ExplainOptions {
  readonly config?: string
  readonly field?: string
  readonly connection?: string
  readonly json?: true
}

/** Everything about a text is kept until it is told. */
const maxText = 65_536
const explained = z.object({ id: z.unknown(), text: z.string().max(maxText), field: z.string().max(256).optional() })
/** What a table shows of a value. */
const maxShown = 40

export async function explain(text: string | undefined, options: ExplainOptions): Promise<void> {
  const masking = maskingOf(options.config)
  const { connection } = options
  if (text === undefined) {
    await eachLine(explained, ({ id, text: one, field = options.field }) => {
      const { findings, near } = masking.explain(one, { field, connection })
      return { id, findings, near }
    })
    return
  }
  if (text.length > maxText) throw new BadUsage(`a text to explain has at most ${maxText} characters`)
  const answer = masking.explain(text, { field: options.field, connection })
  if (options.json) printJson({ findings: answer.findings, near: answer.near })
  else printExplained(text, answer)
}

function printExplained(text: string, { threshold, findings, near }: Explained): void {
  const shown = (place: { readonly start: number; readonly end: number }): string => {
    const value = text.slice(place.start, place.end).replace(/\s+/g, ' ')
    return value.length > maxShown ? `${value.slice(0, maxShown - 1)}…` : value
  }
  if (findings.length === 0) print('Nothing in it is masked.')
  else {
    printTable(findings, [
      { title: 'MASKED', of: shown },
      { title: 'CLASS', of: (row) => row.class },
      { title: 'DETECTOR', of: (row) => row.rule },
      { title: 'CHECK', of: (row) => row.validator },
      { title: 'CONTEXT', of: contextOf },
      { title: 'SCORE', of: (row) => scoreOf(row, threshold) },
      { title: 'BECOMES', of: (row) => `${row.replacement === '' ? '(nothing)' : row.replacement} (${row.operator})` },
    ])
  }
  if (near.length === 0) return
  print('')
  printTable(near, [
    { title: 'NEARLY', of: shown },
    { title: 'CLASS', of: (row) => row.class },
    { title: 'DETECTOR', of: (row) => row.rule },
    { title: 'WHY NOT', of: whyNot },
    { title: 'SCORE', of: (row) => `${row.score} of ${threshold}` },
  ])
  const rules = [...new Set(near.flatMap(({ why }) => (why.startsWith('ignored') ? [why] : [])))]
  if (rules.length > 0) print(paint('dim', toSafeText(`What is ${rules.join(', ')} is let through and counted.`)))
}

function contextOf({ context, encoded }: ExplainedFinding): string {
  const parts = [
    ...(context.words.length === 0
      ? []
      : [`word ${context.words.map((word) => word.replaceAll('_', ' ')).join(', ')}`]),
    ...(context.field === null ? [] : [`field ${context.field}`]),
    ...(encoded === true ? ['written in another way'] : []),
  ]
  return parts.length === 0 ? '–' : parts.join('; ')
}

function scoreOf({ base, score }: ExplainedFinding, threshold: number): string {
  return base === score ? `${score} of ${threshold}` : `${base} → ${score} of ${threshold}`
}

const reasons: Readonly<Record<string, string>> = {
  'needs a word': 'a word or a field name must speak for it',
  boundary: 'it touches other letters or digits',
}

function whyNot({ why }: NearMiss): string {
  return reasons[why] ?? why
}
