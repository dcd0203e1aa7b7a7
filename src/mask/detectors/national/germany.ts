// Germany.

import type { Detector } from '../../engine/detector.ts'
import { germanDocumentDetectors } from './germany-documents.ts'
import { germanHealthDetectors } from './germany-health.ts'
import { germanTaxDetectors } from './germany-tax.ts'

export const germanDetectors: readonly Detector[] = [
  ...germanTaxDetectors,
  ...germanHealthDetectors,
  ...germanDocumentDetectors,
]
