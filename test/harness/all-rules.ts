// The rules of all detectors, computed once for the tests that look at what lies beneath a masking.

import { allDetectors } from '../../src/mask/detectors/index.ts'
import { RuleSet } from '../../src/mask/engine/rule-set.ts'

export const allRules = new RuleSet(allDetectors)
