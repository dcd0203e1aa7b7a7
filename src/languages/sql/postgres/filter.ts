// Does a condition keep an UPDATE or DELETE from reaching every row of its table? Only what is plain from the text is
// said to be no filter: constants, `x = x`, `a OR NOT a`, conditions on other tables alone. Whether a real filter
// happens to match every row only the data can say.

import { columnOf, isSame, isSystemColumn, mentionsColumn, touches, type Comparison } from './expressions.ts'
import type { Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, literalOf, namesOf, textOf, toWrapped } from './tree.ts'

/** `open`: it excludes no row, or excludes all or none by a constant that is not known here. */
export interface Filter {
  readonly open: boolean
  /** The answer depends on a number or a string in the text. */
  readonly looksAtLiterals: boolean
}

/** `constant`: the same for every row, unknown which. `row`: it depends on the row. */
type Truth = 'true' | 'false' | 'constant' | 'row'

interface Sight extends Comparison {
  /** How the condition calls the table that is written: its alias, or its name. */
  readonly target: string
  readonly targetTable: string
}

export function toFilter(condition: unknown, relation: Fields): Filter {
  if (condition === undefined) return { open: true, looksAtLiterals: false }
  if (fieldsOf(condition, 'CurrentOfExpr') !== null) return { open: false, looksAtLiterals: false }
  const targetTable = textOf(relation['relname'])
  const alias = isFields(relation['alias']) ? textOf(relation['alias']['aliasname']) : ''
  const sight: Sight = { target: alias === '' ? targetTable : alias, targetTable, literals: false }
  const truth = truthOf(condition, sight)
  const open = truth === 'true' || truth === 'constant' || (truth === 'row' && !touches(condition, sight.target))
  return { open, looksAtLiterals: sight.literals }
}

function truthOf(condition: unknown, sight: Sight): Truth {
  const node = toWrapped(condition)
  if (node === null) return 'constant'
  const { name, fields } = node
  if (name === 'A_Const') return ofConstant(fields, sight)
  if (name === 'TypeCast') return ofCast(fields, sight)
  if (name === 'BoolExpr') return ofBoolean(fields, sight)
  if (name === 'A_Expr') return ofOperator(fields, sight)
  if (name === 'SubLink' && isOwnRows(fields, sight)) return 'true'
  if (name === 'NullTest' && textOf(fields['nulltesttype']) === 'IS_NOT_NULL' && isSystemColumn(fields['arg']))
    return 'true'
  // The first argument that is not null is the answer, and `true` never is.
  if (name === 'CoalesceExpr' && truthOf(listOf(fields['args'])[0], sight) === 'true') return 'true'
  if (name === 'BooleanTest') {
    const inner = truthOf(fields['arg'], sight)
    return inner === 'row' ? 'row' : 'constant'
  }
  return mentionsColumn(condition) ? 'row' : 'constant'
}

function ofConstant(fields: Fields, sight: Sight): Truth {
  if (fields['isnull'] === true) return 'false'
  if (isFields(fields['boolval'])) return fields['boolval']['boolval'] === true ? 'true' : 'false'
  sight.literals = true
  return 'constant'
}

function ofCast(fields: Fields, sight: Sight): Truth {
  const inner = truthOf(fields['arg'], sight)
  return inner === 'row' ? 'row' : inner === 'false' || inner === 'true' ? inner : 'constant'
}

function ofBoolean(fields: Fields, sight: Sight): Truth {
  const parts = listOf(fields['args'])
  const truths = parts.map((part) => truthOf(part, sight))
  if (fields['boolop'] === 'NOT_EXPR') {
    const inner = truths[0] ?? 'constant'
    return inner === 'true' ? 'false' : inner === 'false' ? 'true' : inner
  }
  if (fields['boolop'] === 'AND_EXPR') {
    if (truths.includes('false')) return 'false'
    if (truths.includes('row')) return 'row'
    return truths.includes('constant') ? 'constant' : 'true'
  }
  if (truths.includes('true') || hasOpposites(parts, sight)) return 'true'
  if (truths.includes('constant')) return 'constant'
  return truths.includes('row') ? 'row' : 'false'
}

const always = new Set(['=', '<=', '>='])
const never = new Set(['<>', '<', '>'])
/** Patterns that every string matches, for LIKE and for regular expressions. */
const allStrings = /^%+$/
const allMatches = /^\^?(?:\.\*)?\$?$/

function ofOperator(fields: Fields, sight: Sight): Truth {
  const kind = textOf(fields['kind'])
  const operator = namesOf(fields['name']).at(-1) ?? ''
  const left = fields['lexpr']
  const right = fields['rexpr']
  if (!mentionsColumn(left) && !mentionsColumn(right)) return ofConstants(operator, left, right, sight)
  if (kind === 'AEXPR_OP' && (always.has(operator) || never.has(operator)))
    return isSame(left, right, sight) ? fixed(always.has(operator)) : 'row'
  if (kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT')
    return isSame(left, right, sight) ? fixed(kind === 'AEXPR_NOT_DISTINCT') : 'row'
  if (kind === 'AEXPR_IN')
    return listOf(fieldsOf(right, 'List')?.['items'] ?? right).some((item) => isSame(left, item, sight))
      ? fixed(operator === '=')
      : 'row'
  if (
    kind === 'AEXPR_BETWEEN' &&
    listOf(fieldsOf(right, 'List')?.['items']).every((bound) => isSame(left, bound, sight))
  )
    return 'true'
  if (kind === 'AEXPR_OP_ANY' && operator === '=')
    return listOf(fieldsOf(right, 'A_ArrayExpr')?.['elements']).some((item) => isSame(left, item, sight))
      ? 'true'
      : 'row'
  return ofPattern(operator, right, sight)
}

function fixed(value: boolean): Truth {
  return value ? 'true' : 'false'
}

function ofPattern(operator: string, right: unknown, sight: Sight): Truth {
  const isLike = /^!?~~\*?$/.test(operator)
  if (!isLike && !/^!?~\*?$/.test(operator)) return 'row'
  // `LIKE '%' ESCAPE 'x'` is a call around the pattern.
  const pattern = literalOf(right) ?? literalOf(listOf(fieldsOf(right, 'FuncCall')?.['args'])[0])
  if (pattern === null) return 'row'
  sight.literals = true
  return (isLike ? allStrings : allMatches).test(pattern) ? fixed(!operator.startsWith('!')) : 'row'
}

/** Two integers, or two strings for equality: the rest is the target's arithmetic. */
function ofConstants(operator: string, left: unknown, right: unknown, sight: Sight): Truth {
  sight.literals = true
  const a = integerOf(left)
  const b = integerOf(right)
  if (a !== null && b !== null) {
    if (operator === '=') return fixed(a === b)
    if (operator === '<>') return fixed(a !== b)
    if (operator === '<') return fixed(a < b)
    if (operator === '>') return fixed(a > b)
    if (operator === '<=') return fixed(a <= b)
    if (operator === '>=') return fixed(a >= b)
  }
  const text = literalOf(left)
  const other = literalOf(right)
  if (text === null || other === null) return 'constant'
  if (operator === '=') return fixed(text === other)
  return operator === '<>' ? fixed(text !== other) : 'constant'
}

function integerOf(value: unknown): number | null {
  const constant = fieldsOf(value, 'A_Const')
  if (constant === null || !isFields(constant['ival'])) return null
  const integer = constant['ival']['ival'] ?? 0
  return typeof integer === 'number' ? integer : null
}

const opposite = new Map([
  ['=', '<>'],
  ['<', '>='],
  ['>', '<='],
  ['~~', '!~~'],
])

/** Looks at few parts only: `a OR NOT a` is a trick of a hand, not of a generator. */
function hasOpposites(parts: readonly unknown[], sight: Sight): boolean {
  if (parts.length > 8) return false
  return parts.some((part, i) => parts.some((other, j) => i !== j && isOpposite(part, other, sight)))
}

function isOpposite(part: unknown, other: unknown, sight: Sight): boolean {
  const negated = fieldsOf(other, 'BoolExpr')
  if (negated?.['boolop'] === 'NOT_EXPR') return isSame(part, listOf(negated['args'])[0], sight)
  const test = fieldsOf(part, 'NullTest')
  const otherTest = fieldsOf(other, 'NullTest')
  if (test !== null && otherTest !== null)
    return test['nulltesttype'] !== otherTest['nulltesttype'] && isSame(test['arg'], otherTest['arg'], sight)
  const compare = fieldsOf(part, 'A_Expr')
  const otherCompare = fieldsOf(other, 'A_Expr')
  if (compare === null || otherCompare === null) return false
  const expected = opposite.get(namesOf(compare['name'])[0] ?? '')
  return (
    expected === namesOf(otherCompare['name'])[0] &&
    isSame(compare['lexpr'], otherCompare['lexpr'], sight) &&
    isSame(compare['rexpr'], otherCompare['rexpr'], sight)
  )
}

/** `id IN (SELECT id FROM t)` on `t` itself. */
function isOwnRows(link: Fields, sight: Sight): boolean {
  if (textOf(link['subLinkType']) !== 'ANY_SUBLINK') return false
  const select = fieldsOf(link['subselect'], 'SelectStmt') ?? {}
  const narrows = [
    'whereClause',
    'havingClause',
    'limitCount',
    'limitOffset',
    'groupClause',
    'larg',
    'withClause',
    'distinctClause',
  ]
  if (narrows.some((field) => select[field] !== undefined)) return false
  const from = listOf(select['fromClause'])
  const columns = listOf(select['targetList'])
  if (from.length !== 1 || columns.length !== 1) return false
  if (textOf(fieldsOf(from[0], 'RangeVar')?.['relname']) !== sight.targetTable) return false
  const column = columnOf(fieldsOf(columns[0], 'ResTarget')?.['val'])
  return column !== '' && column === columnOf(link['testexpr'])
}
