// Masking as the configuration asks for it: the same for traffic, for `sallyport check` and for `sallyport mask`.

import { randomBytes } from 'node:crypto'
import { Secret } from '../kernel/secret.ts'
import { createMasking, type Masking, type MaskingSettings } from '../mask/index.ts'

/** @throws Fault `config.invalid` */
export function toMasking(settings: MaskingSettings, key: Secret<Uint8Array>): Masking {
  const { operators, custom, classes } = settings
  return createMasking({ key, operators, custom, off: classes.off.map((one) => one.class) })
}

/** A key of this process only: what is made with it joins with nothing. */
export function passingKey(): Secret<Uint8Array> {
  return new Secret(new Uint8Array(randomBytes(32)))
}
