// All detectors, in order of priority: of two that end at the same place the earlier one is the finding. What has a check
// digit goes before what has a form, and that before what only its place gives away.

import type { Detector } from '../engine/detector.ts'
import { africanDetectors } from './africa.ts'
import { australiaDetectors } from './australia.ts'
import { canadaDetectors } from './canada.ts'
import { contactDetectors } from './contact.ts'
import { walletDetectors } from './crypto-wallet.ts'
import { dateTimeDetectors } from './date-time.ts'
import { finnishDetectors } from './finland.ts'
import { genericSecretDetectors } from './generic-secrets.ts'
import { germanDetectors } from './germany.ts'
import { ibanDetectors } from './iban.ts'
import { indianDetectors } from './india.ts'
import { italianDetectors } from './italy.ts'
import { koreaDetectors } from './korea.ts'
import { networkDetectors } from './network.ts'
import { paymentDetectors } from './payment.ts'
import { personDetectors } from './person.ts'
import { businessKeyDetectors } from './secrets/keyed-business.ts'
import { containerSecretDetectors } from './secrets/keyed-containers.ts'
import { developerKeyDetectors } from './secrets/keyed-developer.ts'
import { fileSecretDetectors } from './secrets/keyed-files.ts'
import { headerSecretDetectors } from './secrets/keyed-headers.ts'
import { serviceKeyDetectors } from './secrets/keyed-services.ts'
import { singaporeDetectors } from './singapore.ts'
import { philippineDetectors, thaiDetectors } from './south-east-asia.ts'
import { turkishDetectors, turkishPhoneDetectors } from './turkey.ts'
import { unitedKingdomPlaceDetectors } from './united-kingdom-places.ts'
import { unitedKingdomDetectors } from './united-kingdom.ts'
import { unitedStatesDocumentDetectors } from './united-states-documents.ts'
import { unitedStatesDetectors } from './united-states.ts'
import { polishDetectors } from './poland.ts'
import { spanishDetectors } from './spain.ts'
import { swedishDetectors } from './sweden.ts'
import { secretFormDetectors } from './secrets/index.ts'
import { webDetectors } from './web.ts'

export const allDetectors: readonly Detector[] = [
  ...secretFormDetectors,
  ...paymentDetectors,
  ...ibanDetectors,
  ...unitedStatesDetectors,
  ...unitedKingdomDetectors,
  ...unitedStatesDocumentDetectors,
  ...koreaDetectors,
  ...australiaDetectors,
  ...canadaDetectors,
  ...unitedKingdomPlaceDetectors,
  ...finnishDetectors,
  ...germanDetectors,
  ...italianDetectors,
  ...polishDetectors,
  ...spanishDetectors,
  ...swedishDetectors,
  ...indianDetectors,
  ...turkishDetectors,
  ...singaporeDetectors,
  ...thaiDetectors,
  ...africanDetectors,
  ...walletDetectors,
  ...networkDetectors,
  ...contactDetectors,
  ...turkishPhoneDetectors,
  ...philippineDetectors,
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
]
