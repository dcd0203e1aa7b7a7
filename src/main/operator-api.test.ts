import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { ServedApi } from '../admin/api.ts'
import { Fault } from '../kernel/fault.ts'
import { createOperatorApi } from './operator-api.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const request = {} as IncomingMessage

function newResponse(): { response: ServerResponse; said: { status: number; text: string } } {
  const said = { status: 0, text: '' }
  const response = {
    writeHead(status: number) {
      said.status = status
      return response
    },
    end(text: string) {
      said.text = text
    },
  }
  return { response: response as ServerResponse, said }
}

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

test('it is made once, for the first who asks; the others wait for the same one', async () => {
  let made = 0
  let served = 0
  let closed = 0
  const api = createOperatorApi(() => {
    made++
    const one: ServedApi = { serve: () => served++, close: async () => await Promise.resolve(void closed++) }
    return Promise.resolve(one)
  }, log)
  await turn()
  assert.equal(made, 0)
  for (let i = 0; i < 3; i++) api.serve(request, newResponse().response)
  await turn()
  assert.deepEqual([made, served], [1, 3])
  await api.close()
  assert.equal(closed, 1)
})

test('one that was never asked has nothing to close', async () => {
  await createOperatorApi(() => Promise.reject(new Error('nobody asked')), log).close()
})

test('one that cannot be made is a clean error, and the next who asks may have more luck', async () => {
  let isBroken = true
  let served = 0
  const api = createOperatorApi(async () => {
    if (isBroken) throw new Fault('state.unavailable')
    return await Promise.resolve({ serve: () => served++, close: () => Promise.resolve() })
  }, log)
  const { response, said } = newResponse()
  api.serve(request, response)
  await turn()
  assert.equal(said.status, 503)
  assert.match(said.text, /\(flt_[^)]+\)\n$/)
  isBroken = false
  api.serve(request, newResponse().response)
  await turn()
  assert.equal(served, 1)
})

test('a request that it throws at is answered and logged, and ends nothing', async () => {
  const logged: string[] = []
  const serve = (): void => {
    throw new TypeError('odd')
  }
  const api = createOperatorApi(
    async () => await Promise.resolve({ serve, close: async () => await Promise.resolve() }),
    {
      ...log,
      error: (what) => void logged.push(what),
    },
  )
  const { response, said } = newResponse()
  api.serve(request, response)
  await turn()
  assert.equal(said.status, 503)
  assert.ok(!said.text.includes('odd'))
  assert.deepEqual(logged, ['the operator API could not answer'])
  await api.close()
})
