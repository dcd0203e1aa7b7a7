// HTML with everything escaped unless it is HTML already: recorded text is hostile.

export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

type Value = Html | string | number | null | readonly Html[]

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = parts[0] ?? ''
  values.forEach((value, i) => {
    text += toText(value) + (parts[i + 1] ?? '')
  })
  return new Html(text)
}

function toText(value: Value): string {
  if (value === null) return ''
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.join('')
  return escape(String(value))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  // Bidirectional overrides and control characters could make a statement read as another one.
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) =>
      character === '\n' || character === '\t' ? character : '\ufffd',
    )
}
