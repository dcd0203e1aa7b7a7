// Names in the `masking` section that no detector has. A rule about a class that is misspelt would never apply, and the
// operator would believe that it does.

import type { DataClass } from '../kernel/finding.ts'
import { didYouMean } from '../languages/nearest.ts'
import { toDetector, type CustomDetector } from './custom.ts'
import { allDetectors } from './detectors/index.ts'
import { ignoreProblem, toIgnorable, type IgnoreRule } from './ignore.ts'
import { failedClass, namedClass } from './operators/editor.ts'
import { operatorProblem, type OperatorName } from './operators/operators.ts'

export interface NamedInSettings {
  readonly operators: Readonly<Record<string, OperatorName>>
  readonly classes: { readonly off: readonly { readonly class: DataClass }[] }
  readonly custom: readonly CustomDetector[]
  readonly ignore: readonly Pick<IgnoreRule, 'class' | 'value'>[]
}

export interface NameProblem {
  /** Within the section. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

export function nameProblems({ operators, classes, custom, ignore }: NamedInSettings): readonly NameProblem[] {
  const ours = [...new Set(allDetectors.map((one) => one.dataClass))]
  const off = new Set(classes.off.map((one) => one.class))
  const detectors = [...allDetectors, ...custom.map(toDetector)].filter((one) => !off.has(one.dataClass))
  const parts = { classes: [...new Set(detectors.map((one) => one.dataClass)), failedClass], detectors }
  const ignorable = toIgnorable([namedClass], detectors)
  const ids = [...allDetectors, ...custom].map(({ id }) => id)
  return [
    ...Object.entries(operators).map(([pattern, name]) =>
      at(['operators', pattern], operatorProblem(pattern, name, parts)),
    ),
    ...classes.off.map((one, i) =>
      at(
        ['classes', 'off', i, 'class'],
        ours.includes(one.class) ? null : `there is no data class '${one.class}'${didYouMean(one.class, ours)}`,
      ),
    ),
    ...custom.map(({ id }, i) =>
      at(['custom', i, 'id'], ids.indexOf(id) === allDetectors.length + i ? null : 'another detector has this id'),
    ),
    ...ignore.map((rule, i) => at(['ignore', i, 'class'], ignoreProblem(rule, ignorable))),
  ].filter((problem) => problem !== null)
}

function at(path: NameProblem['path'], message: string | null): NameProblem | null {
  return message === null ? null : { path, message }
}
