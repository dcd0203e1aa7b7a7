// All detectors, in order of priority: of two that end at the same place the earlier one is the finding. What has a check
// digit goes before what has a form, and that before what only its place gives away.

import type { Detector } from '../engine/detector.ts'
import { contactDetectors } from './contact.ts'
import { walletDetectors } from './crypto-wallet.ts'
import { dateTimeDetectors } from './date-time.ts'
import { genericSecretDetectors } from './secrets/generic.ts'
import { placedSecretDetectors } from './secrets/generic-places.ts'
import { saidSecretDetectors } from './secrets/generic-said.ts'
import { ibanDetectors } from './iban.ts'
import { nationalDetectors, vagueNationalDetectors } from './national/index.ts'
import { networkDetectors } from './network.ts'
import { paymentDetectors } from './payment.ts'
import { personDetectors } from './person.ts'
import { businessKeyDetectors } from './secrets/keyed-business.ts'
import { containerSecretDetectors } from './secrets/keyed-containers.ts'
import { developerKeyDetectors } from './secrets/keyed-developer.ts'
import { fileSecretDetectors } from './secrets/keyed-files.ts'
import { headerSecretDetectors } from './secrets/keyed-headers.ts'
import { serviceKeyDetectors } from './secrets/keyed-services.ts'
import { secretFormDetectors } from './secrets/index.ts'
import { webDetectors } from './web.ts'

export const allDetectors: readonly Detector[] = [
  ...secretFormDetectors,
  ...paymentDetectors,
  ...ibanDetectors,
  ...nationalDetectors,
  ...walletDetectors,
  ...networkDetectors,
  ...contactDetectors,
  ...vagueNationalDetectors,
  ...dateTimeDetectors,
  ...personDetectors,
  ...webDetectors,
  ...headerSecretDetectors,
  ...containerSecretDetectors,
  ...fileSecretDetectors,
  ...developerKeyDetectors,
  ...businessKeyDetectors,
  ...serviceKeyDetectors,
  ...genericSecretDetectors,
  ...placedSecretDetectors,
  ...saidSecretDetectors,
]
