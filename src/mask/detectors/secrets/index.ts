// All secrets that have a form, in order of priority. What only a name beside it gives away is in `keyed-*.ts`.

import type { Detector } from '../../engine/detector.ts'
import { cloudDetectors } from './cloud.ts'
import { codeHostingDetectors } from './code-hosting.ts'
import { commerceKeyDetectors } from './commerce.ts'
import { databaseDetectors } from './databases.ts'
import { deliveryDetectors } from './delivery.ts'
import { hostingDetectors } from './hosting.ts'
import { infrastructureDetectors } from './infrastructure.ts'
import { mailKeyDetectors } from './mail.ts'
import { messagingDetectors } from './messaging.ts'
import { modelProviderDetectors } from './model-providers.ts'
import { observabilityDetectors } from './observability.ts'
import { registryDetectors } from './package-registries.ts'
import { paymentKeyDetectors } from './payments.ts'
import { privateKeyDetectors } from './private-keys.ts'
import { productivityDetectors } from './productivity.ts'
import { webTokenDetectors } from './web-tokens.ts'
import { webhookDetectors } from './webhooks.ts'

export const secretFormDetectors: readonly Detector[] = [
  ...privateKeyDetectors,
  ...webTokenDetectors,
  ...codeHostingDetectors,
  ...modelProviderDetectors,
  ...cloudDetectors,
  ...hostingDetectors,
  ...deliveryDetectors,
  ...registryDetectors,
  ...infrastructureDetectors,
  ...databaseDetectors,
  ...commerceKeyDetectors,
  ...paymentKeyDetectors,
  ...messagingDetectors,
  ...mailKeyDetectors,
  ...webhookDetectors,
  ...observabilityDetectors,
  ...productivityDetectors,
]
