// JSON as bytes: where its strings lie, what they say, and how to say it again. `unique-json.ts` is for tokens, not this.

export { scanJson } from './json/scan.ts'
export type { JsonVisitor } from './json/scan.ts'
export { JsonStringStream } from './json/string-stream.ts'
export type { JsonPieces } from './json/string-stream.ts'
export { escapeJson, unescapeJson } from './json/text.ts'
