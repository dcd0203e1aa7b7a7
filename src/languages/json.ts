// What the bytes of a JSON string say, and how to say them again. `unique-json.ts` is for tokens, not this.

export { escapeJson, isHexDigit, isShortEscape, unescapeJson } from './json/text.ts'
