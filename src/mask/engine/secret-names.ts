// Names of fields and variables that say: what stands here is a secret, whatever it looks like. And names that only sound like
// it, because they are about a secret, or mean another kind of token.

/** What is handed around: places in a list, words of a model, ways to authenticate. */
const openTokens =
  'page|continuation|continue|next|previous|prev|sync|cursor|resume|pagination|change|cancellation|cancel|stop|start|end|eos|bos|pad|unk|mask|sep|cls|special|max|min|total|input|output|prompt|completion|per|delta|start_of|end_of|public|csrf_param|idempotency|client_request|dedup|watch|position|snapshot|design|syntax|lexer|current|last|first'

export const openName = new RegExp(
  `(?:^|_)(?:(?:${openTokens})_token|public_key|key_id|(?:primary|foreign|public|cache|partition|sort|object|bucket|registry|host|user)_key_(?:name|id)|encoded_(?:public|host)_key|(?:ssh_)?host_key|know\\w*_hosts?)$`,
)

const secretName =
  /(?:^|_)(?:password|passwd|passphrase|passcode|passwort|kennwort|contrasena|contraseña|senha|wachtwoord|mot_de_passe|haslo|hasło|pwd|secret|secret_?key|api_?key|apikey|(?:private|access|signing|encryption|decryption|client|master|account|storage|shared|auth|session|service|webhook|hmac|license|ssh)_?key|jwt|creds?|credentials?|connection_?string|(?:access|refresh|auth|session|api|bearer|id|bot|csrf|secret|user|personal|reset|login|device|push|webhook|deploy|service)_?token|token)(?:_?(?:hash|value|text|plain|enc|encrypted|old|new|\d{1,3}))?$/

/** `has_password` is yes or no, `forgot_password` a link. */
const aboutOne =
  /(?:^|_)(?:has|have|is|needs?|requires?)_|^(?:no|not|uses?|using|with|without|required|shows?|hides?|allows?|enabled?|enables|disabled?|disables|forgot|forgotten)_/

/** @param words as `toWords` gives them */
export function isSecretName(words: string): boolean {
  return secretName.test(words) && !openName.test(words) && !aboutOne.test(words)
}
