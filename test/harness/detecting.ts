// A few detectors by themselves: what they find in a text on their own, and what they find when their class is asked for by
// name. Findings are written `class: value`, so that a table of samples reads at a glance.

import type { FieldContext } from '../../src/kernel/action.ts'
import { FieldPolicies } from '../../src/mask/engine/context.ts'
import type { Detector } from '../../src/mask/engine/detector.ts'
import type { ScanMode } from '../../src/mask/engine/judge.ts'
import { RuleSet } from '../../src/mask/engine/rule-set.ts'
import { Scanner } from '../../src/mask/engine/scanner.ts'
import { toBytes, toText } from './masking.ts'

export interface Detecting {
  /** As traffic is masked: @param name of the column or key */
  readonly found: (text: string, name?: string) => string[]
  /** As somebody asks for one class by name. */
  readonly asked: (text: string, dataClass: string) => string[]
}

export function detecting(detectors: readonly Detector[]): Detecting {
  const set = new RuleSet(detectors)
  const policies = new FieldPolicies(detectors)

  const scan = (text: string, name: string | null, enabled: Uint8Array, mode: ScanMode): string[] => {
    const field: FieldContext = { name, content: 'text' }
    const scanner = new Scanner(set, enabled, policies.of(field), mode)
    const bytes = toBytes(text)
    scanner.feed(bytes, 0, bytes.length, true)
    return scanner.spans.map(({ start, end, rule }) => {
      const dataClass = detectors[rule]?.dataClass ?? 'failed'
      return `${dataClass}: ${toText(scanner.bytes.subarray(start, end))}`
    })
  }

  return {
    found: (text, name) => scan(text, name ?? null, new Uint8Array(detectors.length).fill(1), 'mask'),
    asked: (text, dataClass) =>
      scan(
        text,
        null,
        Uint8Array.from(detectors, (one) => (one.dataClass === dataClass ? 1 : 0)),
        'asked',
      ),
  }
}
