// Names of fields and variables that say: what stands here is a secret, whatever it looks like. And names that only sound like
// it, because they are about a secret, or mean another kind of token.

/** What is handed around: places in a list, words of a model, ways to authenticate. */
const openTokens =
  'page|continuation|continue|next|previous|prev|sync|cursor|resume|pagination|change|cancellation|cancel|stop|start|end|eos|bos|pad|unk|mask|sep|cls|special|max|min|total|input|output|prompt|completion|per|delta|start_of|end_of|public|csrf_param|idempotency|client_request|dedup|watch|position|snapshot|design|syntax|lexer|current|last|first'

export const openName = new RegExp(
  `(?:^|_)(?:(?:${openTokens})_token|public_key|key_id|(?:primary|foreign|public|cache|partition|sort|object|bucket|registry|host|user)_key_(?:name|id)|encoded_(?:public|host)_key|(?:ssh_)?host_key|know\\w*_hosts?)$`,
)

/** Of what stands before it, `pass` and `pw` mean a password. A boarding pass is none. */
const holders =
  'db|database|my_?sql|sql|pg|post_?gres(?:ql)?|oracle|mongo(?:db)?|redis|rabbit(?:mq)?|mq|root|user|admin|sudo|login|account|smtp|imap|pop3?|e?mail|ftp|sftp|ssh|ldap|bind|proxy|vpn|wifi|wlan|key_?store|trust_?store|basic|auth|http'

/** At the end of a name: of which system, and which of several it is. */
export const whichOne =
  'old|new|current|previous|prod|production|staging|dev|test|live|local|primary|secondary|\\d{1,3}'

const secretName = new RegExp(
  `(?:^|_)(?:password|passwd|passphrase|passcode|passwort|kennwort|contrasena|contraseña|senha|wachtwoord|mot_de_passe|haslo|hasło|pwd|(?:${holders})_?(?:pass|pw)|secret|secret_?key|api_?key|apikey|(?:private|access|signing|encryption|decryption|client|master|account|storage|shared|auth|session|service|webhook|hmac|license|ssh)_?key|jwt|creds?|credentials?|conn(?:ection)?_?str(?:ing)?|(?:access|refresh|auth|session|api|bearer|id|bot|csrf|secret|user|personal|reset|login|device|push|webhook|deploy|service)_?token|token)` +
    // What it is written in, and which of several it is.
    `(?:_?(?:hash|value|text|plain|string|pem|base64|b64|hex|enc|encrypted))?(?:_?(?:${whichOne}))?$`,
)

/** `has_password` is yes or no, `forgot_password` a link. */
const aboutOne =
  /(?:^|_)(?:has|have|is|needs?|requires?)_|^(?:no|not|uses?|using|with|without|required|shows?|hides?|allows?|enabled?|enables|disabled?|disables|forgot|forgotten)_/

/** Whole names only: what proves a card (PCI DSS 3.3.1), a code sent to a telephone, headers that say who asks. */
const wholeName =
  /^(?:card_?)?cv[vc]2?(?:_?code)?$|^(?:card_)?security_code$|^otp(?:_code)?$|^(?:proxy_)?authorization$|^(?:set_)?cookies?$/

/** @param words as `toWords` gives them */
export function isSecretName(words: string): boolean {
  if (wholeName.test(words)) return true
  return secretName.test(words) && !openName.test(words) && !aboutOne.test(words)
}
