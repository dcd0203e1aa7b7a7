import assert from 'node:assert/strict'
import test from 'node:test'
import { systemClock } from '../kernel/clock.ts'
import { isDenial } from '../kernel/decision.ts'
import { startDeviceLogin } from './device-login.ts'
import type { Fetch } from './issuer-keys.ts'

const url = 'https://idp.example.com'
const issuer = { issuer: url, clientId: 'sallyport-cli', audience: 'sallyport' }

/** An issuer that answers the device authorization with this. */
function answering(device: object, asked: string[] = []): Fetch {
  const discovery = { issuer: url, device_authorization_endpoint: `${url}/device`, token_endpoint: `${url}/token` }
  return (at, init) => {
    asked.push(init.body instanceof URLSearchParams ? init.body.toString() : '')
    const body = at.endsWith('/device') ? device : discovery
    return Promise.resolve(Response.json(body))
  }
}

const good = {
  device_code: 'd',
  user_code: 'ABCD-EFGH',
  verification_uri: `${url}/device`,
  verification_uri_complete: `${url}/device?user_code=ABCD-EFGH`,
  expires_in: 600,
}

test('what a person is shown comes from the issuer; what the issuer is asked names the audience', async () => {
  const asked: string[] = []
  const login = await startDeviceLogin(issuer, {
    clock: { nowMs: () => 5000, upMs: () => 0 },
    fetch: answering(good, asked),
  })
  assert.ok(!isDenial(login))
  assert.equal(login.userCode, 'ABCD-EFGH')
  assert.equal(login.verificationUriComplete, `${url}/device?user_code=ABCD-EFGH`)
  assert.equal(login.expiresAtMs, 605_000)
  const form = new URLSearchParams(asked[1])
  assert.deepEqual(
    [form.get('client_id'), form.get('audience'), form.get('resource')],
    ['sallyport-cli', 'sallyport', null],
  )
  await startDeviceLogin({ ...issuer, audience: 'urn:gw' }, { clock: systemClock, fetch: answering(good, asked) })
  assert.equal(new URLSearchParams(asked[3]).get('resource'), 'urn:gw')
})

test('not shown: an address or a code that could do something in a terminal or a browser', async () => {
  const bad = [
    { verification_uri: 'javascript:alert(1)' },
    { verification_uri: 'http://evil.example.com/device' },
    { verification_uri_complete: 'file:///etc/passwd' },
    { verification_uri: `${url}/\u001b[2J` },
    { user_code: 'AB\u001b[2JCD' },
    { user_code: 'A'.repeat(1000) },
  ]
  for (const change of bad) {
    const fetch = answering({ ...good, ...change })
    await assert.rejects(startDeviceLogin(issuer, { clock: systemClock, fetch }), { code: 'identity.unavailable' })
  }
})

test('an issuer that is away, or not https, is a fault', async () => {
  const fetch: Fetch = () => Promise.reject(new TypeError('fetch failed'))
  await assert.rejects(startDeviceLogin(issuer, { clock: systemClock, fetch }), { code: 'identity.unavailable' })
  const plain = { ...issuer, issuer: 'http://idp.example.com' }
  await assert.rejects(startDeviceLogin(plain, { clock: systemClock, fetch }), { code: 'identity.unavailable' })
})
