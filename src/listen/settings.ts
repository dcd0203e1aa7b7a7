// The `listen` section. `https` carries everything that is HTTP; every other key is the id of a protocol with a port of
// its own, checked against the plug-ins when the configuration is put together.

import { z } from 'zod'

const tls = z.union(
  [z.literal('auto'), z.literal('off'), z.strictObject({ cert: z.string().min(1), key: z.string().min(1) })],
  { error: 'tls is auto, off or { cert: FILE, key: FILE }' },
)

export const listenerSettings = z.strictObject({
  port: z.int().min(0).max(65_535),
  /** `tls: off` listens on loopback only, whatever is written here. */
  host: z.string().default('localhost'),
  tls: tls.default('auto'),
  maxConnections: z.int().min(1).max(1_000_000).default(10_000),
})

export const listenSettings = z
  .object({ https: listenerSettings.prefault({ port: 8470 }) })
  .catchall(listenerSettings)
  .prefault({})

export type ListenerSettings = z.infer<typeof listenerSettings>
