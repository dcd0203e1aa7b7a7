// Names that say nothing of a value but what it is to the others beside it: `{"name": "DB_PASSWORD", "value": "…"}`. One member names
// a thing and another holds it, so what holds it is judged under what was named.

/**
 * `kind`: it names what sort of thing it is. `value`: it holds the thing. `text`: it does, or a document of any length. `setting`: it
 * holds what a name beside it names, and may name what a value beside it holds.
 */
export type PairPart = 'name' | 'kind' | 'setting' | 'value' | 'text'

/** Longer names are texts. Paths of parameters and systems are as long as this. */
export const maxNameBytes = 128
/** What stands as a `text` and is longer is a document, and not what somebody named. */
export const maxTextBytes = 128

/** A piece of a text, or of a program, and no secret. */
const openKind = /^token$/i

const byWord = new Map<string, PairPart>()
const byName = new Map<string, PairPart>()

function add(to: Map<string, PairPart>, part: PairPart, words: string): void {
  for (const word of words.split(' ')) to.set(word, part)
}

// The last word of a name, so that `ParameterKey` and `ParameterValue`, `meta_key` and `meta_value` are such, too. Variables and tags of
// clouds, headers and cookies, settings, forms, what was changed.
add(
  byWord,
  'name',
  'name key label field attribute attr property prop param parameter variable var option header column',
)
add(byWord, 'kind', 'type kind')
add(byWord, 'setting', 'setting')
add(byWord, 'value', 'value val values vals default')
add(byWord, 'text', 'text content contents data body number payload')

// These only when they are all of the name: a `user_id` is somebody's and names nothing. Systems and codes are of FHIR, paths of JSON
// Patch (RFC 6902) and of stores of parameters, questions of forms, old and new of journals. What databases call the columns of their
// catalogs, and shops those of their attributes.
add(byName, 'name', 'id system code path title question k attname attribute_code option_code')
add(byName, 'value', 'answer old new v most_common_elems histogram_bounds')
// How typed formats and XML that became JSON hold a value: FHIR, DynamoDB, MongoDB.
add(byName, 'value', 'value_string value_integer value_code value_identifier')
add(byName, 'value', 's n ss ns _number_long _number_int _number_double _number_decimal _ _t _text _value _cdata')

/** @param words as `toNameWords` gives them */
export function partOf(words: string): PairPart | null {
  return byName.get(words) ?? byWord.get(words.slice(words.lastIndexOf('_') + 1)) ?? null
}

/** Does it tell the others beside it what they are? */
export function names(part: PairPart | null): boolean {
  return part === 'name' || part === 'kind' || part === 'setting'
}

/** Is it what the others beside it say? */
export function holds(part: PairPart | null): boolean {
  return part === 'value' || part === 'text' || part === 'setting'
}

/** @param name what stands in a `part` that names */
export function isOpenKind(part: PairPart, name: string): boolean {
  return part === 'kind' && openKind.test(name)
}

/** Of a `text`: one word, as keys and passwords are. */
export function isOneWord(text: string): boolean {
  return /^\S+$/.test(text)
}
