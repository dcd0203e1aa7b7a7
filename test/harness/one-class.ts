// The detectors of one class by themselves: the values they find, on their own and asked for by name.

import type { Detector } from '../../src/mask/engine/detector.ts'
import { detecting } from './detecting.ts'

export interface OneClass {
  /** As traffic is masked. @param name of the column or key */
  readonly found: (text: string, name?: string) => string[]
  /** As somebody asks for the class by name. */
  readonly asked: (text: string) => string[]
}

export function oneClass(detectors: readonly Detector[], dataClass: string): OneClass {
  const all = detecting(detectors.filter((one) => one.dataClass === dataClass))
  const toValues = (findings: string[]): string[] => findings.map((finding) => finding.slice(dataClass.length + 2))
  return {
    found: (text, name) => toValues(all.found(text, name)),
    asked: (text) => toValues(all.asked(text, dataClass)),
  }
}

/** The text with another digit in the place, nine times. */
export function otherDigits(text: string, place: number): string[] {
  return Array.from('0123456789')
    .filter((digit) => digit !== text.at(place))
    .map((digit) => text.slice(0, place) + digit + text.slice(place + 1))
}
