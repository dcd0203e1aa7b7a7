// What a Messages request asks for, as spans of its own bytes: nothing is built, so a conversation of megabytes costs one
// pass. A body that a target could read in another way than we do – a key twice, broken UTF-8, trailing bytes – is not
// understood, and what is not understood is not sent.

import { isUtf8 } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { Fault } from '../../kernel/fault.ts'
import { JsonCursor } from './json-cursor.ts'

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
  /** Some of the tools run at the API itself, so the request may have an effect there. */
  readonly hasServerTools: boolean
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
const limits = { members: 128, messages: 100_000, tools: 10_000, nameLength: 256 }

export function toPrompt(body: Uint8Array): Prompt | Unreadable {
  if (!isUtf8(body)) return { unreadable: 'it is not UTF-8' }
  try {
    return new PromptReader(body).read()
  } catch (error) {
    if (error instanceof Fault && error.code === 'request.malformed') return { unreadable: 'it is not the JSON of this endpoint' }
    throw error
  }
}

export function isUnreadable(prompt: Prompt | Unreadable): prompt is Unreadable {
  return 'unreadable' in prompt
}

class PromptReader {
  readonly #cursor: JsonCursor
  readonly #length: number
  readonly #tools = new Set<string>()
  #hasServerTools = false
  #model = ''
  #stream = false
  readonly #members: Member[] = []
  #system: Span[] = []
  readonly #messages: Message[] = []

  constructor(body: Uint8Array) {
    this.#cursor = new JsonCursor().reset(body, 0, body.length)
    this.#length = body.length
  }

  read(): Prompt {
    const cursor = this.#cursor
    this.#eachMember((key, keyStart) => {
      cursor.kind()
      const value = cursor.at
      this.#value(key)
      this.#members.push({ key, start: keyStart, value, end: cursor.at })
      if (this.#members.length > limits.members) throw cursor.malformed('with too many members')
    })
    cursor.requireEnd()
    const messages = this.#messages
    return {
      model: this.#model,
      stream: this.#stream,
      tools: [...this.#tools].sort(),
      hasServerTools: this.#hasServerTools,
      members: this.#members,
      system: this.#system,
      messages,
      newFrom: messages.findLastIndex((message) => message.role === 'assistant') + 1,
    }
  }

  #value(key: string): void {
    if (key === 'model') this.#model = this.#name()
    else if (key === 'stream') this.#stream = this.#boolean()
    else if (key === 'system') this.#system = this.#blocks()
    else if (key === 'tools') this.#eachElement(() => this.#tool(), limits.tools)
    else if (key === 'messages') this.#eachElement(() => this.#message(), limits.messages)
    else if (key === 'mcp_servers') this.#eachElement(() => this.#server(), limits.tools)
    else this.#cursor.skip()
  }

  #boolean(): boolean {
    const cursor = this.#cursor
    const start = cursor.at
    cursor.skip()
    return cursor.slice(start, cursor.at) !== 'false'
  }

  #name(): string {
    this.#cursor.string()
    if (this.#cursor.to - this.#cursor.from > limits.nameLength) throw this.#cursor.malformed('name that is too long')
    return this.#cursor.text()
  }

  #blocks(): Span[] {
    const cursor = this.#cursor
    const spans: Span[] = []
    const one = (): void => {
      cursor.kind()
      const start = cursor.at
      cursor.skip()
      spans.push({ start, end: cursor.at })
    }
    if (cursor.kind() === 'array') this.#eachElement(one, limits.messages)
    else one()
    return spans
  }

  #tool(): void {
    let name = ''
    let type = 'custom'
    this.#eachMember((key) => {
      if (key === 'name') name = this.#name()
      else if (key === 'type' && this.#cursor.kind() === 'string') type = this.#name()
      else this.#cursor.skip()
    })
    // Typed tools are the API's own, and some of those run there.
    if (type !== 'custom') this.#hasServerTools = true
    this.#offer(name === '' ? type : name)
  }

  #server(): void {
    this.#hasServerTools = true
    this.#eachMember((key) => {
      if (key === 'name') this.#offer(`mcp_servers/${this.#name()}`)
      else this.#cursor.skip()
    })
  }

  #message(): void {
    const cursor = this.#cursor
    cursor.kind()
    const start = cursor.at
    let role = ''
    this.#eachMember((key) => {
      if (key === 'role') role = this.#name()
      else if (key === 'content' && cursor.kind() === 'array') this.#eachElement(() => this.#block(), limits.messages)
      else cursor.skip()
    })
    this.#messages.push({ start, end: cursor.at, role })
  }

  /** Of a content block only whether it offers a tool: a conversation may add tools as it goes. */
  #block(): void {
    const cursor = this.#cursor
    let adds = false
    const definitions: Span[] = []
    cursor.kind()
    this.#eachMember((key) => {
      if (key === 'type' && cursor.kind() === 'string') {
        cursor.string()
        adds = cursor.is('tool_addition')
      } else if (key === 'tool') {
        cursor.kind()
        const start = cursor.at
        cursor.skip()
        definitions.push({ start, end: cursor.at })
      } else cursor.skip()
    })
    if (!adds) return
    for (const { start, end } of definitions) {
      const after = cursor.at
      this.#addition(start, end)
      cursor.reset(cursor.bytes, after, this.#length)
    }
  }

  #addition(start: number, end: number): void {
    void end
    this.#cursor.at = start
    this.#tool()
  }

  #offer(name: string): void {
    this.#tools.add(name)
    if (this.#tools.size > limits.tools) throw this.#cursor.malformed('with too many tools')
  }

  #eachMember(visit: (key: string, keyStart: number) => void): void {
    const cursor = this.#cursor
    const seen: string[] = []
    for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
      const key = cursor.text()
      if (seen.includes(key)) throw cursor.malformed('with a key twice')
      seen.push(key)
      visit(key, cursor.from - 1)
    }
  }

  #eachElement(visit: () => void, max: number): void {
    const cursor = this.#cursor
    if (cursor.kind() !== 'array') {
      cursor.skip()
      return
    }
    let count = 0
    for (let more = cursor.firstElement(); more; more = cursor.nextElement()) {
      if (++count > max) throw cursor.malformed('with too many elements')
      visit()
    }
  }
}
