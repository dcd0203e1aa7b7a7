// Masking as the rest of the gateway sees it: made once from the configuration, opened for each session with what its
// principal may view. The detectors' automaton is shared by all sessions; what is found is each session's own.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../kernel/action.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
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
import { explain, type ExplainContext, type Explained } from './explain.ts'
import { digestOf, Ignoring, type IgnoreRule } from './ignore.ts'
import { Operators } from './operators/operators.ts'
import { RuleSet, type Visibility } from './engine/rule-set.ts'
import { OutwardMasker } from './pseudonyms/outward-masker.ts'
import { RestoringMasker, type MayRestore } from './pseudonyms/restoring-masker.ts'
import { Conversation, PromptMemory } from './pseudonyms/prompt-memory.ts'
import { Vault } from './pseudonyms/vault.ts'
import { SessionMasker } from './session-masker.ts'
import { Survey } from './survey.ts'
import { firstEpoch, TokenMint } from './operators/tokens.ts'

export interface MaskingOptions {
  /** Of the tokens; at least 16 bytes, one per installation. */
  readonly key: Secret<Uint8Array>
  /** Goes into all tokens: a new one makes them new. "1" when it is not said. */
  readonly epoch?: string
  /** Exact class or `pii/*` → replace | redact | partial | hash | token | fpe | null. */
  readonly operators: Readonly<Record<string, string>>
  readonly custom?: readonly CustomDetector[]
  /** Classes that are not looked for at all. */
  readonly off?: readonly DataClass[]
  /** What is let through. */
  readonly ignore?: readonly IgnoreRule[]
  /** Says when rules have expired. */
  readonly clock?: Clock
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
  /**
   * @param view true: the principal may see values of the class. Asked once a class, when it is needed
   * @param connection whose rules of what is let through apply besides those for all
   */
  open(view: View, connection?: string): Masker
  /** One exchange with a target that is to see only the classes that are disclosed to it. */
  pseudonyms(rules: PseudonymRules): Pseudonyms
  /** All that is masked in the text for one who may view nothing. @param classes these instead, masked or not */
  scan(text: string, classes?: readonly string[]): ScanFinding[]
  /** What would be found, why, what would replace it, and what was nearly found: for people, never for traffic. */
  explain(text: string, context?: ExplainContext): Explained
  /** As ignore rules name a value of the class. @throws Fault `config.invalid` for a class that does not exist */
  digest(dataClass: DataClass, value: string): string
  /** Computes now what the first value would have to wait for: some tenths of a second. */
  warm(): void
  /** The text as one sees it who may view nothing. */
  apply(text: string): { readonly text: string; readonly findings: readonly Finding[] }
  /**
   * What the operator `fpe` made of a value, back to the value, with letters in upper case. Who may ask is for the caller to
   * say. @param column the name of the field it was found in, or null for text
   * @returns null for what it cannot have made
   */
  unmask(dataClass: DataClass, column: string | null, text: string): string | null
}

/** True: values of the class may be seen. Asked once a class and function: a function never changes its answer. */
export type View = (dataClass: DataClass) => boolean

export interface PseudonymRules {
  readonly connection?: string
  readonly discloses: View
  readonly restores: MayRestore
}

const dayMs = 86_400_000
const nobody: View = () => false
const running: FieldContext = { name: null, content: 'text' }

/** @throws Fault `config.invalid` for a key, an operator or a detector that cannot be used */
export function createMasking(options: MaskingOptions): Masking {
  const detectors = chosenDetectors(options)
  const classes = [...new Set(detectors.map((detector) => detector.dataClass))]
  const mint = new TokenMint(options.key, options.epoch ?? firstEpoch)
  const operators = new Operators(options.operators, { classes: [...classes, failedClass], detectors, mint })

  const clock = options.clock ?? systemClock
  const ignoring = new Ignoring(options.ignore ?? [], [namedClass], { detectors, mint, clock })

  const maskable = classes.filter((one) => operators.isMasked(one))
  const everything = toVisibility(detectors, new Set(maskable))
  const visibilities = new WeakMap<View, Visibility>()
  const visibilityOf = (view: View): Visibility => {
    let known = visibilities.get(view)
    if (known === undefined) {
      const masked = new Set(maskable.filter((one) => !view(one)))
      visibilities.set(view, (known = toVisibility(detectors, masked)))
    }
    return known
  }

  /** What the sessions of a connection share but for what replaces a finding. */
  const partsFor = (view: View, connection: string | undefined) => {
    const visibility = visibilityOf(view)
    const discloses = visibility.masked.size < maskable.length
    return { ...compiled(detectors), visibility, ignores: ignoring.on(connection ?? null), discloses }
  }

  const open = (view: View, connection?: string): Masker =>
    new SessionMasker({ ...partsFor(view, connection), operators, survey: compiled(detectors).survey })

  const memory = new PromptMemory()
  const views = new WeakMap<View, number>()
  let viewsSeen = 0
  /** What decides what becomes of a prompt, but for what never changes here. Rules of what is let through end with a day. */
  const rulesOf = (view: View, connection: string | null): string => {
    let number = views.get(view)
    if (number === undefined) views.set(view, (number = ++viewsSeen))
    return connection === null ? `${number}` : `${number} ${Math.floor(clock.nowMs() / dayMs)} ${connection}`
  }

  const pseudonyms = ({ connection, discloses, restores }: PseudonymRules): Pseudonyms => {
    const vault = new Vault(mint)
    const parts = partsFor(discloses, connection)
    const { visibility, fields, ignores } = parts
    const keepsNamed = visibility.masked.has(namedClass)
    const isNamedSecret = (field: FieldContext): boolean => {
      const { isSecret, shownName } = fields.policies.of(field)
      return keepsNamed && isSecret && (ignores?.named(namedClass, shownName) ?? null) === null
    }
    const outward = new OutwardMasker({
      detecting: new SessionMasker({ ...parts, operators: vault }),
      vault,
      isNamedSecret,
      memory,
      conversation: new Conversation(rulesOf(discloses, ignores === null ? null : (connection ?? ''))),
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
    const masker = open(nobody)
    const bytes = Buffer.from(text, 'utf8')
    const masked = masker.value(bytes, 0, bytes.length, running)
    return { text: masked === null ? text : Buffer.from(masked).toString('utf8'), findings: masker.drain().findings }
  }

  const explaining = (text: string, context: ExplainContext = {}): Explained =>
    explain(text, context.field ?? null, { ...partsFor(nobody, context.connection), operators })

  const digest = (dataClass: DataClass, value: string): string => {
    if (!classes.includes(dataClass))
      throw new Fault('config.invalid', { what: 'digest', class: dataClass, problem: 'unknown class' })
    return digestOf(mint, dataClass, value)
  }

  const warm = (): void => compiled(detectors).set.warm()
  const unmask = (dataClass: DataClass, column: string | null, enciphered: string): string | null => {
    const { shownName } = compiled(detectors).fields.policies.of({ name: column, content: 'text' })
    return operators.revealed(dataClass, enciphered, shownName)
  }

  return { classes, open, pseudonyms, unmask, scan, explain: explaining, digest, warm, apply }
}

function toVisibility(detectors: readonly Detector[], masked: ReadonlySet<DataClass>): Visibility {
  return { masked, enabled: Uint8Array.from(detectors, (one) => (masked.has(one.dataClass) ? 1 : 0)) }
}

interface Compiled {
  readonly set: RuleSet
  readonly survey: Survey
  readonly fields: FieldNames
}

/** What is computed of a list of detectors holds nothing of anybody's, so whoever uses the same list shares it. */
const compiledLists = new WeakMap<readonly Detector[], Compiled>()

function compiled(detectors: readonly Detector[]): Compiled {
  let known = compiledLists.get(detectors)
  if (known === undefined) {
    const set = new RuleSet(detectors)
    known = { set, survey: new Survey(set), fields: new FieldNames(new FieldPolicies(detectors)) }
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
