// Names that say nothing of a value but what it is to the others beside it: `{"name": "DB_PASSWORD", "value": "…"}`. One member names
// a thing and another holds it, so what holds it is judged under what was named.

/** `kind`: it names what sort of thing it is. `value`: it holds the thing. `text`: it does, or a document of any length. */
export type PairPart = 'name' | 'kind' | 'value' | 'text'

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
  'name key label field attribute attr property prop param parameter variable var setting option header column',
)
add(byWord, 'kind', 'type kind')
add(byWord, 'value', 'value val values vals default')
add(byWord, 'text', 'text content contents data body number payload')

// These only when they are all of the name: a `user_id` is somebody's and names nothing. Systems and codes are of FHIR, paths of JSON
// Patch (RFC 6902) and of stores of parameters, questions of forms, old and new of journals.
add(byName, 'name', 'id system code path title question')
add(byName, 'value', 'answer old new')
// How typed formats and XML that became JSON hold a value: FHIR, DynamoDB, MongoDB.
add(byName, 'value', 'value_string value_integer value_code value_identifier')
add(byName, 'value', 's n ss ns _number_long _number_int _number_double _number_decimal _ _t _text _value _cdata')

/** @param words as `toNameWords` gives them */
export function partOf(words: string): PairPart | null {
  return byName.get(words) ?? byWord.get(words.slice(words.lastIndexOf('_') + 1)) ?? null
}
