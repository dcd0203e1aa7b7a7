// What a Messages request asks for, as spans of its own bytes: nothing is built, so a conversation of megabytes costs one
// pass. A body that a target could read in another way than we do (a key twice, broken UTF-8, trailing bytes) is not
// understood, and what is not understood is not sent.

import { isUtf8 } from 'node:buffer'
import { JsonCursor } from './json-cursor.ts'
import { eachElement, eachMember } from './json-members.ts'
import { describeMalformed, isMalformedJson } from './malformed-json.ts'

export interface Span {
  readonly start: number
  readonly end: number
}

export interface Message extends Span {
  readonly role: string
}

export interface Member extends Span {
  readonly key: string
  /** Where the value begins; `start` is the quote of the key. */
  readonly value: number
}

export interface Prompt {
  readonly model: string
  readonly stream: boolean
  /** Names offered, in the tool list or inside messages, without duplicates, sorted. */
  readonly tools: readonly string[]
  /** Something of this runs at the API itself, so the request may have an effect there. */
  readonly runsThere: boolean
  /** Every member of the body, in order. */
  readonly members: readonly Member[]
  readonly system: readonly Span[]
  readonly messages: readonly Message[]
  /** Index of the first message after the model's last turn: what is new in this request. */
  readonly newFrom: number
}

export interface Unreadable {
  readonly unreadable: string
}

/** The API's own limit on messages; the others are far above what a client sends. */
const limits = { messages: 100_000, blocks: 100_000, tools: 10_000, nameLength: 256 }

export function toPrompt(body: Uint8Array): Prompt | Unreadable {
  if (!isUtf8(body)) return { unreadable: 'it is not UTF-8' }
  try {
    return new PromptReader(body).read()
  } catch (error) {
    if (!isMalformedJson(error)) throw error
    return { unreadable: describeMalformed(error) }
  }
}

export function isUnreadable(prompt: Prompt | Unreadable): prompt is Unreadable {
  return 'unreadable' in prompt
}

class PromptReader {
  readonly #body: Uint8Array
  readonly #cursor: JsonCursor
  readonly #tools = new Set<string>()
  #runsThere = false
  #model = ''
  #stream = false
  readonly #members: Member[] = []
  readonly #system: Span[] = []
  readonly #messages: Message[] = []

  constructor(body: Uint8Array) {
    this.#body = body
    this.#cursor = new JsonCursor().reset(body, 0, body.length)
  }

  read(): Prompt {
    const cursor = this.#cursor
    eachMember(cursor, (key, start) => {
      cursor.kind()
      const value = cursor.at
      this.#member(key)
      this.#members.push({ key, start, value, end: cursor.at })
    })
    cursor.requireEnd()
    return {
      model: this.#model,
      stream: this.#stream,
      tools: [...this.#tools].sort(),
      runsThere: this.#runsThere,
      members: this.#members,
      system: this.#system,
      messages: this.#messages,
      newFrom: this.#messages.findLastIndex((message) => message.role === 'assistant') + 1,
    }
  }

  #member(key: string): void {
    const cursor = this.#cursor
    if (key === 'model') this.#model = toName(cursor)
    else if (key === 'stream') this.#stream = isTrue(cursor)
    else if (key === 'system') this.#systemBlocks()
    else if (key === 'messages') eachElement(cursor, limits.messages, () => this.#message())
    else if (key === 'tools' && cursor.kind() === 'array') eachElement(cursor, limits.tools, () => this.#tool(cursor))
    else if (key === 'mcp_servers' && cursor.kind() === 'array') eachElement(cursor, limits.tools, () => this.#server())
    else {
      if (key === 'container') this.#runsThere = true
      cursor.passOver()
    }
  }

  #systemBlocks(): void {
    const cursor = this.#cursor
    const one = (): void => {
      this.#system.push(skipped(cursor))
    }
    if (cursor.kind() === 'array') eachElement(cursor, limits.blocks, one)
    else one()
  }

  #tool(cursor: JsonCursor): void {
    let name = ''
    let type = 'custom'
    eachMember(cursor, (key) => {
      if (key === 'name') name = toName(cursor)
      else if (key === 'type' && cursor.kind() === 'string') type = toName(cursor)
      else cursor.passOver()
    })
    // Typed tools are the API's own, and some of those run there.
    if (type !== 'custom') this.#runsThere = true
    this.#offer(name === '' ? type : name)
  }

  #server(): void {
    const cursor = this.#cursor
    this.#runsThere = true
    eachMember(cursor, (key) => {
      if (key === 'name') this.#offer(`mcp_servers/${toName(cursor)}`)
      else cursor.passOver()
    })
  }

  #message(): void {
    const cursor = this.#cursor
    cursor.kind()
    const start = cursor.at
    let role = ''
    eachMember(cursor, (key) => {
      if (key === 'role') role = toName(cursor)
      else if (key === 'content' && cursor.kind() === 'array') eachElement(cursor, limits.blocks, () => this.#block())
      else cursor.passOver()
    })
    this.#messages.push({ start, end: cursor.at, role })
  }

  /** Of a content block only whether it offers a tool: a conversation may add tools as it goes. */
  #block(): void {
    const cursor = this.#cursor
    let adds = false
    let tool: Span | null = null
    eachMember(cursor, (key) => {
      if (key === 'type' && cursor.kind() === 'string') {
        cursor.string()
        adds = cursor.is('tool_addition')
      } else if (key === 'tool') tool = skipped(cursor)
      else cursor.passOver()
    })
    if (adds && tool !== null) this.#addition(tool)
  }

  #addition(span: Span): void {
    const cursor = new JsonCursor().reset(this.#body, span.start, span.end)
    eachMember(cursor, (key) => {
      if (key === 'definition') this.#tool(cursor)
      else if (key === 'name') this.#offer(toName(cursor))
      else cursor.passOver()
    })
  }

  #offer(name: string): void {
    this.#tools.add(name)
    if (this.#tools.size > limits.tools) throw this.#cursor.malformed('with too many tools')
  }
}

function skipped(cursor: JsonCursor): Span {
  cursor.kind()
  const start = cursor.at
  cursor.passOver()
  return { start, end: cursor.at }
}

function toName(cursor: JsonCursor): string {
  cursor.string()
  if (cursor.to - cursor.from > limits.nameLength) throw cursor.malformed('name that is too long')
  return cursor.text()
}

/** Anything but `false` and `null` may make a lenient target stream. */
function isTrue(cursor: JsonCursor): boolean {
  const { start, end } = skipped(cursor)
  const text = cursor.slice(start, Math.min(end, start + 8))
  return text !== 'false' && text !== 'null'
}
