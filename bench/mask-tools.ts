// The tools that hide values in text, ours and the peers, behind one function: text in, the same text with a sign for each
// stretch that it hides. Peers come from a folder of the caller's and are asked as their own pages say, everything on.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Secret } from '../src/kernel/secret.ts'
import { createMasking, type Masking } from '../src/mask/index.ts'
import { hiddenSign } from './mask-cases.ts'

/** @param classes to be looked for, by a tool that can be asked */
export type Hide = (text: string, classes: readonly string[] | null) => string | Promise<string>

export interface Tool {
  readonly name: string
  /** Exact: figures are of these. None for our own. */
  readonly packages: readonly string[]
  open(folder: string): Hide | Promise<Hide>
}

export const tools: readonly Tool[] = [
  { name: 'sallyport', packages: [], open: openOwn },
  { name: 'sallyport, asked for the class', packages: [], open: openAsked },
  { name: 'redact-pii', packages: ['redact-pii@3.4.0'], open: openRedactPii },
  { name: 'openredaction', packages: ['openredaction@1.1.5', '@openredaction/core@1.1.5'], open: openOpenRedaction },
  { name: '@arcjet/redact', packages: ['@arcjet/redact@1.12.0'], open: openArcjet },
  { name: 'secretlint', packages: ['@secretlint/core@13.0.7', '@secretlint/secretlint-rule-preset-recommend@13.0.7'], open: openSecretlint },
] // prettier-ignore

const mark = /\[redacted:[a-z]+\/[a-z0-9-]+\]/g

function newMasking(): Masking {
  const operators = { 'pci/*': 'redact', 'pii/*': 'redact', 'phi/*': 'redact', 'secret/*': 'redact' }
  return createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators })
}

/** As a principal sees it who may view nothing, with everything on and no name of a field to go by. */
function openOwn(): Hide {
  const masking = newMasking()
  return (text) => masking.apply(text).text.replace(mark, hiddenSign)
}

/** As one finds it who says what is looked for: a number that its check proves needs no word beside it then. */
function openAsked(): Hide {
  const masking = newMasking()
  const secrets = masking.classes.filter((one) => one.startsWith('secret/'))
  return (text, classes) => {
    const spans = masking.scan(text, classes?.[0] === 'secret' ? secrets : (classes ?? undefined))
    return hideSpans(text, spans.map(({ start, end }) => [start, end] as const)) // prettier-ignore
  }
}

async function openRedactPii(folder: string): Promise<Hide> {
  const { SyncRedactor } = (await imported(folder, 'redact-pii')) as {
    readonly SyncRedactor: new (options: object) => { redact(text: string): string }
  }
  const redactor = new SyncRedactor({ globalReplaceWith: hiddenSign })
  return (text) => redactor.redact(text)
}

async function openOpenRedaction(folder: string): Promise<Hide> {
  const { OpenRedaction } = (await imported(folder, 'openredaction')) as {
    readonly OpenRedaction: new () => {
      detect(text: string): Promise<{ readonly detections: readonly { readonly position: [number, number] }[] }>
    }
  }
  const redactor = new OpenRedaction()
  return async (text) => hideSpans(text, (await redactor.detect(text)).detections.map(({ position }) => position)) // prettier-ignore
}

async function openArcjet(folder: string): Promise<Hide> {
  const { redact } = (await imported(folder, '@arcjet/redact')) as {
    readonly redact: (text: string, options: object) => Promise<readonly [string, unknown]>
  }
  const options = { replace: () => hiddenSign }
  return async (text) => (await redact(text, options))[0]
}

async function openSecretlint(folder: string): Promise<Hide> {
  const { lintSource } = (await imported(folder, '@secretlint/core')) as {
    readonly lintSource: (
      of: object,
    ) => Promise<{ readonly messages: readonly { readonly range: readonly [number, number] }[] }>
  }
  const id = '@secretlint/secretlint-rule-preset-recommend'
  const { creator: rule } = (await imported(folder, id)) as { readonly creator: object }
  const options = { noPhysicFilePath: true, config: { rules: [{ id, rule, options: {} }] } }
  return async (text) => {
    const source = { filePath: '/text.txt', content: text, contentType: 'text', ext: '.txt' }
    return hideSpans(text, (await lintSource({ source, options })).messages.map(({ range }) => range)) // prettier-ignore
  }
}

async function imported(folder: string, name: string): Promise<unknown> {
  const path = createRequire(join(folder, 'from-here.js')).resolve(name)
  const module: unknown = await import(pathToFileURL(path).href)
  return module
}

function hideSpans(text: string, spans: readonly (readonly [number, number])[]): string {
  let hidden = ''
  let at = 0
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end <= at) continue
    hidden += text.slice(at, Math.max(at, start)) + hiddenSign
    at = end
  }
  return hidden + text.slice(at)
}
