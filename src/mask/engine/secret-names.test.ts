import assert from 'node:assert/strict'
import test from 'node:test'
import { toWords } from './context.ts'
import { isSecretName } from './secret-names.ts'

test('names whose values are secrets, whatever they look like', () => {
  for (const name of [
    'password',
    'DB_PASSWORD_PROD',
    'passwordProd',
    'smtpPass',
    'db_pass',
    'adminPw',
    'api_key_dev',
    'apiKey2',
    'SecretString',
    'clientSecretString',
    'encryptionKeyBase64',
    'private_key_pem',
    'user_password_hash',
    'connStr',
    'connection_string',
    'x-api-key',
    'Authorization',
    'set-cookie',
    'cvv',
    'card_cvc2',
    'otp',
  ])
    assert.ok(isSecretName(toWords(name)), name)
})

test('names that only sound like it', () => {
  for (const name of [
    'next_page_token',
    'max_tokens',
    'public_key_pem',
    'primary_key_id',
    'has_password',
    'forgot_password',
    'boarding_pass',
    'first_pass',
    'pass',
    'password_policy',
    'password_changed_at',
    'token_count',
    'api_key_id',
    'authorization_code_url',
    'cookie_consent',
    'security_code_name',
    'otp_enabled',
    'pin_code',
    'key_prod',
    'local',
  ])
    assert.ok(!isSecretName(toWords(name)), name)
})
