// The operator API, made when it is first asked for: a gateway that only carries traffic neither waits for it nor holds it.

import type { ServedApi } from '../admin/api.ts'
import { toFault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'

export function createOperatorApi(create: () => Promise<ServedApi>, log: Log): ServedApi {
  let api: Promise<ServedApi> | null = null
  return {
    serve(request, response) {
      api ??= create()
      api
        .then(
          (made) => made.serve(request, response),
          (error: unknown) => {
            // The next one may have more luck.
            api = null
            throw error
          },
        )
        .catch((error: unknown) => {
          const fault = toFault(error)
          log.error('the operator API could not answer', { fault: fault.id, code: fault.code, ...fault.facts })
          if (response.headersSent) response.destroy()
          else response.writeHead(503).end(`${fault.tell} (${fault.id})\n`)
        })
    },
    async close() {
      const made = await api?.catch(() => null)
      await made?.close()
    },
  }
}
