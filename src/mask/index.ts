// The masking room's door.

export type { Explained, ExplainedFinding, NearMiss } from './explain.ts'
export { endingRules } from './ignore.ts'
export { createMasking, type Masking, type MaskingOptions } from './masking.ts'
export type { MaskingSettings } from './settings.ts'
