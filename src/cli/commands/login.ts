// `sallyport login`, `logout` and `whoami`: the device flow (RFC 8628), so that it works on a machine without a browser.

import { loginBody, principalBody } from '../../admin/contract.ts'
import { startDeviceLogin } from '../../identify/device-login.ts'
import { systemClock } from '../../kernel/clock.ts'
import { isDenial } from '../../kernel/decision.ts'
import { BadUsage, Refused } from '../failure.ts'
import { GatewayClient, readKnown, removeProfile, writeProfile } from '../gateway-client.ts'
import { paint, print, printJson, toSafeLine } from '../output.ts'

const longestLoginMs = 3_600_000

export async function login(options: { url?: string; ca?: string; json?: true }): Promise<void> {
  const known = readKnown(options.url)
  const { url } = known
  if (url === null) throw new BadUsage('which gateway? sallyport login --url https://GATEWAY:8470')
  const caFile = options.ca ?? known.caFile
  const asked = new GatewayClient({ url, caFile, token: '', issuer: null })
  const { issuers } = await asked.get('/api/login', loginBody)
  await asked.close()
  const issuer = issuers[0]
  if (issuer === undefined)
    throw new Refused('this gateway has no issuer with a deviceClientId, so nobody can sign in from here')
  const started = await startDeviceLogin(issuer, { clock: systemClock })
  if (isDenial(started)) throw new Refused(started.reason)
  const address = started.verificationUriComplete ?? started.verificationUri
  if (options.json) {
    printJson({ open: address, code: started.userCode })
  } else {
    print(`Open ${paint('underline', toSafeLine(address))}`)
    print(`and check that it shows the code ${paint('bold', toSafeLine(started.userCode))}`)
  }
  const tokens = await started.wait(AbortSignal.timeout(toWaitMs(started.expiresAtMs - systemClock.nowMs())))
  if (isDenial(tokens)) throw new Refused(tokens.reason)
  const profile = { url, caFile, token: tokens.token.reveal(), issuer: issuer.issuer }
  const client = new GatewayClient(profile)
  const me = await client.get('/api/whoami', principalBody)
  await client.close()
  // Only what the gateway takes replaces what was there.
  const path = writeProfile(profile)
  if (options.json) printJson({ ...me, profile: path })
  else print(`Signed in as ${toSafeLine(`${me.display} (${me.groups.join(', ')})`)}; the token is in ${path}.`)
}

/** As long as the issuer says, which may be anything; a person has come back within an hour, or does not. */
function toWaitMs(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), longestLoginMs)
}

export function logout(options: { json?: true }): void {
  const wasSignedIn = removeProfile()
  if (options.json) printJson({ signedOut: wasSignedIn })
  else print(wasSignedIn ? 'Signed out.' : 'Nobody was signed in.')
}

export async function whoami(options: { json?: true }): Promise<void> {
  const client = GatewayClient.fromProfile()
  const me = await client.get('/api/whoami', principalBody)
  await client.close()
  if (options.json) {
    printJson(me)
    return
  }
  print(`${toSafeLine(me.display)}  ${paint('dim', toSafeLine(me.id))}`)
  const groups = me.groups.length === 0 ? 'no group' : me.groups.join(', ')
  print(toSafeLine(`${me.kind}, in ${groups}; until ${me.expiresAt}`))
  for (const actor of me.act) print(toSafeLine(`  for ${actor.kind} ${actor.issuer}|${actor.subject}`))
}
