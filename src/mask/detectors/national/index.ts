// What states give their people and companies: numbers, documents, plates, places. One file a country, or a region.

import type { Detector } from '../../engine/detector.ts'
import { africanDetectors } from './africa.ts'
import { australiaDetectors } from './australia.ts'
import { brazilianDetectors } from './brazil.ts'
import { canadaDetectors } from './canada.ts'
import { chineseDetectors } from './china.ts'
import { finnishDetectors } from './finland.ts'
import { germanDetectors } from './germany.ts'
import { indianDetectors } from './india.ts'
import { italianDetectors } from './italy.ts'
import { koreaDetectors } from './korea.ts'
import { polishDetectors } from './poland.ts'
import { singaporeDetectors } from './singapore.ts'
import { philippineDetectors, thaiDetectors } from './south-east-asia.ts'
import { spanishDetectors } from './spain.ts'
import { swedishDetectors } from './sweden.ts'
import { turkishDetectors, turkishPhoneDetectors } from './turkey.ts'
import { unitedKingdomPlaceDetectors } from './united-kingdom-places.ts'
import { unitedKingdomDetectors } from './united-kingdom.ts'
import { unitedStatesDocumentDetectors } from './united-states-documents.ts'
import { unitedStatesDetectors } from './united-states.ts'

/** In order of priority. */
export const nationalDetectors: readonly Detector[] = [
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
  ...brazilianDetectors,
  ...chineseDetectors,
]

/** What looks like phone numbers, and steps back for those that are. */
export const vagueNationalDetectors: readonly Detector[] = [...turkishPhoneDetectors, ...philippineDetectors]
