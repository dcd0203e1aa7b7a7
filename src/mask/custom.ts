// Detectors that the operator of the gateway writes: a pattern in the same bounded subset as our own, so that none of them
// can be slow, with the usual boundaries.

import { Fault } from '../kernel/fault.ts'
import { notBytes } from './engine/byte-set.ts'
import { longestMatch, type Detector } from './engine/detector.ts'
import { parsePattern } from './engine/pattern.ts'

export interface CustomDetector {
  /** As findings name it: `employee-number`. */
  readonly id: string
  /** `pii/employee-number`; a class of ours or a new one. */
  readonly class: string
  readonly pattern: string
  /** 0–1; below 0.4 one of the words must be before the value or in the name of its field. */
  readonly score?: number | undefined
  readonly words?: readonly string[] | undefined
  readonly maxBytes?: number | undefined
}

const boundary = notBytes('A-Za-z0-9_*')

/** @throws Fault `config.invalid` */
export function toDetector(custom: CustomDetector): Detector {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(custom.id) || !/^[a-z]{2,16}\/[a-z0-9-]{1,64}$/.test(custom.class))
    throw new Fault('config.invalid', { what: 'detector', problem: 'an id or class that is not a plain name' })
  parsePattern(custom.pattern)
  if ((custom.maxBytes ?? 0) > longestMatch)
    throw new Fault('config.invalid', { what: 'detector', id: custom.id, problem: 'too long' })
  return {
    id: custom.id,
    dataClass: custom.class,
    pattern: custom.pattern,
    left: boundary,
    right: boundary,
    maxBytes: custom.maxBytes ?? 256,
    score: custom.score ?? 0.6,
    words: (custom.words ?? []).map((word) => word.toLowerCase().replace(/[^a-z0-9]+/g, '_')),
  }
}
