// All detectors, in order of priority: of two that end at the same place the earlier one is the finding. What has a check
// digit goes before what has a form, and that before what only its place gives away.

import type { Detector } from '../engine/detector.ts'
import { contactDetectors } from './contact.ts'
import { genericSecretDetectors } from './generic-secrets.ts'
import { identityDetectors } from './identity.ts'
import { networkDetectors } from './network.ts'
import { paymentDetectors } from './payment.ts'
import { vendorKeyDetectors } from './vendor-keys.ts'

export const allDetectors: readonly Detector[] = [
  ...vendorKeyDetectors,
  ...paymentDetectors,
  ...identityDetectors,
  ...networkDetectors,
  ...contactDetectors,
  ...genericSecretDetectors,
]
