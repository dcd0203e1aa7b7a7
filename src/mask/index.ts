// The masking room's door.

export type { Explained, ExplainedFinding, NearMiss } from './explain.ts'
export { endingRules, type IgnoreRule } from './ignore.ts'
export { createMasking, type Masking, type MaskingOptions, type ScanFinding } from './masking.ts'
export { maskingSettings, type MaskingSettings } from './settings.ts'
export { defaultOperators, operatorNames, type OperatorName } from './operators/operators.ts'
