// The masking room's door.

export { createMasking, type Masking, type MaskingOptions, type ScanFinding } from './masking.ts'
export { maskingSettings, type MaskingSettings } from './settings.ts'
export { defaultOperators, operatorNames, type OperatorName } from './operators/operators.ts'
