// What speaks for a value as a secret, once the name it is assigned to is known: a password of that name, or a key.

import { openName, whichOne } from '../../engine/secret-names.ts'
import { entropyOf } from '../checksums.ts'
import { isMixed, isPath, isRandom, isVariable, isWordy, turnsOf } from './keyed-values.ts'

export const passwordName = new RegExp(
  String.raw`(?:pass(?:word|wd|phrase|code|wort)|kennwort|contrase(?:n|_)a|wachtwoord|(?:^|_)(?:passe|pass|pwd|pw|psk|senha|passord|salasana|heslo|parola|has(?:l|_)o|(?:db|my|my_?sql|sql|pg|root|user|admin|smtp|ftp|ldap|redis|mongo)_?(?:pass|pwd|pw)))(?:_?\d{1,3})?` +
    String.raw`(?:_(?:value|plain|text|clear|hash|encrypted|${whichOne}))?$`,
)

const keyName = new RegExp(
  String.raw`(?:(?:^|_)(?:[a-z0-9]*secret|[a-z0-9]*token|creds?|credentials?|bearer|auth|oauth|authorization|jwt|pat|sig|signature|dsn|api_?pass)|api_?key|(?:^|_)(?:access|secret|auth|private|signing|encryption|encrypt|decryption|master|service|storage|account|shared|session|webhook|hmac|jwt|license|deploy|consumer|client|user|admin|root|app|application|write|ingest|ingestion|integration|rest|server|subscription|functions?|host|security|token|cipher|aes|crypto|cookie|totp|otp|mfa|recovery|bot|partner|merchant|sdk|registration|provisioning|enrollment|saml|cookie_encryption|fernet|pre_?shared)_?key|(?:^|_)secret_key_base)` +
    String.raw`(?:_(?:value|string|base64|b64|plain|text|${whichOne}))?$`,
)

/** What programs call their own variables for passwords. */
const variableOfPassword =
  /pass|pwd|secret|param|input|field|value|text|string|user|cred|config|opts|option|request|response|data|form|hash|event|target|self|this|args?\b/i

export function scorePassword(value: string, isQuoted: boolean): number {
  if (value.length < 6 || entropyOf(value) < 2 || isPath(value) || /^[\d.]+\.\d|\$$|^@[a-z-]+$/.test(value)) return 0
  // Words, with whatever joins them, are labels and codes of errors.
  if (/^[A-Za-z*]+(?:[-_./:*][A-Za-z]*)*$/.test(value)) return turnsOf(value) >= 0.3 && value.length >= 10 ? 0.6 : 0
  if (!isMixed(value) && !/^\d{6,16}$/.test(value)) return 0
  if (isQuoted || !/^[@$&!*]?[A-Za-z_][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)*\.?$/.test(value)) return 0.6
  return value.includes('.') || variableOfPassword.test(value) || /^[a-z_]+_/.test(value) ? 0 : 0.6
}

/** Whatever a token may look like, of what is assigned to it in programs and settings. */
export function scoreKey(value: string, isQuoted: boolean): number {
  // The shorter it is the more it has to look as if drawn by lot.
  if (value.length < (turnsOf(value) >= 0.4 ? 10 : 12) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return 0
  if (isWordy(value) || isPath(value) || (!isQuoted && isVariable(value))) return 0
  return isRandom(value) ? 0.6 : 0
}

/** @param name in words: `client_secret` */
export function scoreOf(name: string, value: string, isQuoted: boolean): number {
  if (passwordName.test(name)) return scorePassword(value, isQuoted)
  return keyName.test(name) && !openName.test(name) ? scoreKey(value, isQuoted) : 0
}
