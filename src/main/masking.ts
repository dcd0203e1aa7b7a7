// Masking as the configuration asks for it: the same for traffic, for `sallyport check` and for `sallyport mask`.

import { randomBytes } from 'node:crypto'
import { systemClock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'
import { createMasking, type Masking, type MaskingSettings } from '../mask/index.ts'

/** @throws Fault `config.invalid` */
export function toMasking(settings: MaskingSettings, key: Secret<Uint8Array>, clock = systemClock): Masking {
  const { operators, epoch, custom, classes, ignore } = settings
  const off = classes.off.map((one) => one.class)
  return createMasking({ key, epoch, operators, custom, off, ignore, clock })
}

/** A key of this process only: what is made with it joins with nothing. */
export function passingKey(): Secret<Uint8Array> {
  return new Secret(new Uint8Array(randomBytes(32)))
}
