// One field context a JSON key, made once and shared: the masker hangs its caches on the object.

import type { FieldContext } from '../../kernel/action.ts'
import { plainText } from '../../kernel/action.ts'

/** Keys of a tool's input are the model's to choose, so they are not remembered without bound. */
const maxFields = 2048
const maxNameLength = 128
const fields = new Map<string, FieldContext>()

export function toField(name: string): FieldContext {
  if (name === '' || name.length > maxNameLength) return plainText
  const known = fields.get(name)
  if (known !== undefined) return known
  if (fields.size >= maxFields) return plainText
  const made: FieldContext = Object.freeze({ name, content: 'text' })
  fields.set(name, made)
  return made
}
