// Keys of what programs ask: models, maps, weather, names of threats, who somebody is.

import { hex, letters, toKeyedDetectors, urlLetters, uuid, written } from './keyed.ts'
import type { Kind } from './keyed.ts'

const models: readonly Kind[] = [
  { kind: 'cohere-api-token', words: 'cohere co_api', form: letters(40) },
  { kind: 'mistral-api-key', words: 'mistral', form: letters(32) },
  { kind: 'together-api-key', words: 'together', form: hex(64) },
  { kind: 'ai21-api-key', words: 'ai21', form: letters(32) },
  { kind: 'assemblyai-api-key', words: 'assembly_ai', form: hex(32) },
  { kind: 'deepgram-api-key', words: 'deepgram', form: hex(40) },
  { kind: 'elevenlabs-api-key', words: 'eleven_labs xi', form: hex(32) },
  { kind: 'pinecone-api-key', words: 'pinecone', form: uuid },
  { kind: 'wandb-api-key', words: 'wandb weights', form: hex(40) },
  { kind: 'comet-api-key', words: 'comet', form: letters(25) },
  { kind: 'private-ai-api-token', words: 'private_ai', form: letters(32) },
  { kind: 'clarifai-api-key', words: 'clarifai', form: hex(32) },
  { kind: 'deepl-api-key', words: 'deepl', form: written(`${uuid.pattern}(?::fx)?`, 39) },
  { kind: 'serpapi-api-key', words: 'serpapi serp', form: hex(64) },
  { kind: 'rapidapi-access-token', words: 'rapidapi x_rapidapi', form: urlLetters(50) },
]

const lookups: readonly Kind[] = [
  { kind: 'maxmind-license-key', words: 'maxmind geoip', form: written('[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk', 40) },
  { kind: 'maxmind-legacy-license-key', words: 'maxmind geoip', form: letters(16) },
  { kind: 'openweather-api-key', words: 'openweather openweathermap owm', form: hex(32) },
  { kind: 'weatherapi-api-key', words: 'weatherapi', form: hex(31) },
  { kind: 'ipinfo-token', words: 'ipinfo', form: hex(14) },
  { kind: 'ipstack-api-key', words: 'ipstack ipapi', form: hex(32) },
  { kind: 'mapquest-api-key', words: 'mapquest', form: letters(32) },
  { kind: 'here-api-key', words: 'here', form: urlLetters(43) },
  { kind: 'tomtom-api-key', words: 'tomtom', form: letters(32) },
  { kind: 'newsapi-key', words: 'newsapi news_api', form: hex(32) },
  { kind: 'amadeus-client-secret', words: 'amadeus', form: letters(16) },
  { kind: 'hunter-api-key', words: 'hunter', form: hex(40) },
  { kind: 'clearbit-legacy-key', words: 'clearbit', form: hex(32) },
]

const guards: readonly Kind[] = [
  { kind: 'okta-access-token', words: 'okta', form: written('00[0-9A-Za-z_=-]{40}', 42) },
  { kind: 'okta-client-secret', words: 'okta', form: urlLetters(64) },
  { kind: 'auth0-client-secret', words: 'auth0', form: urlLetters(64) },
  { kind: 'onelogin-client-secret', words: 'onelogin', form: hex(64) },
  { kind: 'duo-secret-key', words: 'duo', form: letters(40) },
  { kind: 'shodan-api-key', words: 'shodan', form: letters(32) },
  { kind: 'virustotal-api-key', words: 'virustotal vt', form: hex(64) },
  { kind: 'abuseipdb-api-key', words: 'abuseipdb', form: hex(80) },
  { kind: 'alienvault-otx-key', words: 'alienvault otx', form: hex(64) },
  { kind: 'urlscan-api-key', words: 'urlscan', form: uuid },
  { kind: 'securitytrails-api-key', words: 'securitytrails', form: letters(32) },
  { kind: 'hibp-api-key', words: 'hibp haveibeenpwned', form: hex(32) },
  { kind: 'censys-api-secret', words: 'censys', form: letters(32) },
  { kind: 'recaptcha-secret-key', words: 'recaptcha captcha', form: urlLetters(40) },
  { kind: 'tenable-access-key', words: 'tenable nessus', form: hex(64) },
  { kind: 'elastic-api-key', words: 'elastic elasticsearch', form: written('[0-9A-Za-z_+/-]{58,60}={0,2}', 62) },
  { kind: 'mongodb-atlas-private-key', words: 'atlas mongodb', form: uuid },
]

export const serviceKeyDetectors = toKeyedDetectors([...models, ...lookups, ...guards])
