// `sallyport sql classify --dialect D`: statements as the gateway understands them.

import { z } from 'zod'
import { classify, loadSql } from '../../languages/sql/index.ts'
import { eachLine } from '../json-lines.ts'

const asked = z.object({ id: z.unknown(), sql: z.string() })

export async function classifyLines(options: { dialect: string }): Promise<void> {
  await loadSql()
  await eachLine(asked, ({ id, sql }) => {
    const { effects, relations, complete, unfiltered, statements, functions, settings, labels, reason } = classify(
      options.dialect,
      sql,
    )
    return { id, effects, relations, complete, unfiltered, statements, functions, settings, labels, reason }
  })
}
