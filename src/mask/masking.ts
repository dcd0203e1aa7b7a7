// Masking as the rest of the gateway sees it: made once from the configuration, opened for each session with what its
// principal may view. The detectors' automaton is shared by all sessions; what is found is each session's own.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../kernel/action.ts'
import { Fault } from '../kernel/fault.ts'
import type { DataClass, Finding } from '../kernel/finding.ts'
import type { Masker, Pseudonyms } from '../kernel/masker.ts'
import type { Secret } from '../kernel/secret.ts'
import { FieldPolicies } from './engine/context.ts'
import { toDetector, type CustomDetector } from './custom.ts'
import type { Detector } from './engine/detector.ts'
import { allDetectors } from './detectors/index.ts'
import { TextFinder } from './carriers/text-finder.ts'
import { Editor, failedClass, namedClass } from './operators/editor.ts'
import { Found } from './found.ts'
import { FieldNames } from './field-names.ts'
import { Operators } from './operators/operators.ts'
import { RuleSet, type Visibility } from './engine/rule-set.ts'
import { OutwardMasker } from './pseudonyms/outward-masker.ts'
import { RestoringMasker, type MayRestore } from './pseudonyms/restoring-masker.ts'
import { Vault } from './pseudonyms/vault.ts'
import { SessionMasker } from './session-masker.ts'
import { TokenMint } from './operators/tokens.ts'

export interface MaskingOptions {
  /** Of the tokens; at least 16 bytes, one per installation. */
  readonly key: Secret<Uint8Array>
  /** Exact class or `pii/*` → replace | redact | partial | hash | token | null. */
  readonly operators: Readonly<Record<string, string>>
  readonly custom?: readonly CustomDetector[]
  /** Classes that are not looked for at all. */
  readonly off?: readonly DataClass[]
  /** For tests: detectors instead of ours. */
  readonly detectors?: readonly Detector[]
}

export interface ScanFinding {
  readonly class: DataClass
  /** UTF-16 offsets, `end` exclusive. */
  readonly start: number
  readonly end: number
  readonly score: number
}

export interface Masking {
  readonly classes: readonly DataClass[]
  /** @param view true: the principal may see values of the class. Asked once a class, when it is needed. */
  open(view: View): Masker
  /** One exchange with a target that is to see only the classes that are disclosed to it. */
  pseudonyms(rules: PseudonymRules): Pseudonyms
  /** All that would be found in the text, whoever may see it. @param classes only these */
  scan(text: string, classes?: readonly string[]): ScanFinding[]
  /** Computes now what the first value would have to wait for: some tenths of a second. */
  warm(): void
  /** The text as one sees it who may view nothing. */
  apply(text: string): { readonly text: string; readonly findings: readonly Finding[] }
}

/** True: values of the class may be seen. Asked once a class and function: a function never changes its answer. */
export type View = (dataClass: DataClass) => boolean

export interface PseudonymRules {
  readonly discloses: View
  readonly restores: MayRestore
}

const running: FieldContext = { name: null, content: 'text' }

/** @throws Fault `config.invalid` for a key, an operator or a detector that cannot be used */
export function createMasking(options: MaskingOptions): Masking {
  const detectors = chosenDetectors(options)
  const classes = [...new Set(detectors.map((detector) => detector.dataClass))]
  const mint = new TokenMint(options.key)
  const operators = new Operators([...classes, failedClass], options.operators, mint)

  const everything = toVisibility(detectors, new Set(classes))
  const visibilities = new WeakMap<View, Visibility>()
  const visibilityOf = (view: View): Visibility => {
    let known = visibilities.get(view)
    if (known === undefined) {
      const masked = new Set(classes.filter((one) => operators.isMasked(one) && !view(one)))
      visibilities.set(view, (known = toVisibility(detectors, masked)))
    }
    return known
  }

  const open = (view: View): Masker => {
    const { set, fields } = compiled(detectors)
    return new SessionMasker({ set, visibility: visibilityOf(view), operators, fields })
  }

  const pseudonyms = ({ discloses, restores }: PseudonymRules): Pseudonyms => {
    const { set, fields } = compiled(detectors)
    const vault = new Vault(mint)
    const visibility = visibilityOf(discloses)
    const keepsNamed = visibility.masked.has(namedClass)
    const outward = new OutwardMasker({
      detecting: new SessionMasker({ set, visibility, operators: vault, fields }),
      vault,
      isNamedSecret: (field) => keepsNamed && fields.policies.of(field).isSecret,
    })
    return { outward, restoring: (inward) => new RestoringMasker(inward, vault, restores) }
  }

  const scan = (text: string, only?: readonly string[]): ScanFinding[] => {
    const { set, fields } = compiled(detectors)
    const visibility = only === undefined ? everything : toVisibility(detectors, new Set(only))
    const editor = new Editor({ set, visibility, operators }, new Found(), only === undefined ? 'report' : 'asked')
    const finder = new TextFinder(editor, fields.policies.of(running))
    const bytes = Buffer.from(text, 'utf8')
    finder.feed(bytes, 0, bytes.length, true)
    const toUtf16 = offsetsOf(text, bytes)
    return finder.spans.map((span) => ({
      class: detectors[span.rule]?.dataClass ?? failedClass,
      start: toUtf16(span.start),
      end: toUtf16(span.end),
      score: Math.round(span.score * 100) / 100,
    }))
  }

  const apply = (text: string): { text: string; findings: readonly Finding[] } => {
    const masker = open(() => false)
    const bytes = Buffer.from(text, 'utf8')
    const masked = masker.value(bytes, 0, bytes.length, running)
    return { text: masked === null ? text : Buffer.from(masked).toString('utf8'), findings: masker.drain().findings }
  }

  return { classes, open, pseudonyms, scan, warm: () => compiled(detectors).set.warm(), apply }
}

function toVisibility(detectors: readonly Detector[], masked: ReadonlySet<DataClass>): Visibility {
  return { masked, enabled: Uint8Array.from(detectors, (one) => (masked.has(one.dataClass) ? 1 : 0)) }
}

interface Compiled {
  readonly set: RuleSet
  readonly fields: FieldNames
}

/** What is computed of a list of detectors holds nothing of anybody's, so whoever uses the same list shares it. */
const compiledLists = new WeakMap<readonly Detector[], Compiled>()

function compiled(detectors: readonly Detector[]): Compiled {
  let known = compiledLists.get(detectors)
  if (known === undefined) {
    known = { set: new RuleSet(detectors), fields: new FieldNames(new FieldPolicies(detectors)) }
    compiledLists.set(detectors, known)
  }
  return known
}

function chosenDetectors(options: MaskingOptions): readonly Detector[] {
  const own = options.detectors ?? allDetectors
  const off = new Set(options.off)
  const unknownClass = [...off].find((dataClass) => !own.some((one) => one.dataClass === dataClass))
  if (unknownClass !== undefined)
    throw new Fault('config.invalid', { what: 'masking.classes.off', class: unknownClass })
  if (off.size === 0 && (options.custom ?? []).length === 0) return own
  const all = [...own, ...(options.custom ?? []).map(toDetector)].filter((one) => !off.has(one.dataClass))
  const twice = all.find((one, i) => all.findIndex((other) => other.id === one.id) !== i)
  if (twice !== undefined)
    throw new Fault('config.invalid', { what: 'detector', id: twice.id, problem: 'the id is taken' })
  return all
}

/** From offsets in UTF-8 to offsets in the text, asked for in rising order. */
function offsetsOf(text: string, bytes: Uint8Array): (offset: number) => number {
  if (text.length === bytes.length) return (offset) => offset
  let at = 0
  let units = 0
  return (offset) => {
    for (; at < offset; at++) {
      const byte = bytes[at] ?? 0
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
    }
    return units
  }
}
