import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openNodeKeys } from '../../store/keys.ts'
import { maskingOf } from './mask.ts'

const configuration = `origin: gw.test
dataDir: ./data
identity:
  issuers:
    - { name: idp, issuer: "https://idp.example", audience: sallyport, principal: { id: sub, kind: agent } }
connections: []
`

test('looking at masking makes no keys for a gateway that has none: a token of them would join with nothing', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-mask-'))
  try {
    const file = join(dir, 'sallyport.yaml')
    writeFileSync(file, configuration)
    const data = join(dir, 'data')
    mkdirSync(data)
    assert.throws(() => maskingOf(file), { name: 'BadUsage', message: /start the gateway once/ })
    assert.equal(existsSync(join(data, 'keys')), false)
    openNodeKeys(data)
    const [one, other] = [maskingOf(file), maskingOf(file)].map((masking) => masking.digest('pii/email', 'a@b.example'))
    assert.equal(one, other)
    rmSync(join(data, 'keys', 'mask.key'))
    assert.throws(() => maskingOf(file), { code: 'config.invalid' })
    assert.equal(existsSync(join(data, 'keys', 'mask.key')), false)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
