// Keys of those who run models, and of what is built around them.

import type { Match } from '../../engine/detector.ts'
import { apart, toFormDetectors, uuid, type SecretForm } from './forms.ts'

/** Keys of this length end in `AA`, the last bits of 80 bytes in base64; what is longer or shorter is of another time. */
function isWhole(match: Match): boolean {
  const text = match.text()
  const known = text.startsWith('sk-ant-api03-') ? 108 : text.startsWith('sk-ant-admin01-') ? 110 : 0
  return text.length !== known || text.endsWith('AA')
}

const token = '[A-Za-z0-9_-]'

const makers: readonly SecretForm[] = [
  {
    kind: 'claude-api-key',
    pattern: `sk-ant-[a-z0-9]{2,16}-${token}{20,300}`,
    maxBytes: 330,
    isSecret: isWhole,
  },
  {
    kind: 'openai-api-key',
    pattern: `sk-(?:proj|svcacct|service|admin|None)-${token}{40,220}`,
  },
  {
    kind: 'openai-legacy-api-key',
    dataClass: 'secret/openai-api-key',
    // "OpenAI" in base64.
    pattern: 'sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}',
  },
  { kind: 'deepseek-api-key', pattern: 'sk-[0-9a-f]{32}', digits: 4, left: apart },
  { kind: 'moonshot-api-key', pattern: 'sk-[A-Za-z0-9]{48}', digits: 2, left: apart },
  { kind: 'groq-api-key', pattern: 'gsk_[A-Za-z0-9]{52}' },
  { kind: 'xai-api-key', pattern: 'xai-[A-Za-z0-9]{70,84}' },
  { kind: 'cerebras-api-key', pattern: 'csk-[a-z0-9]{48}' },
  { kind: 'fireworks-api-key', pattern: 'fw_[A-Za-z0-9]{22,24}', digits: 2 },
  { kind: 'friendli-api-token', pattern: 'flp_[A-Za-z0-9]{40,64}' },
  { kind: 'huggingface-access-token', pattern: 'hf_[A-Za-z0-9]{34}' },
  { kind: 'huggingface-organization-api-token', pattern: 'api_org_[A-Za-z0-9]{34}' },
  { kind: 'nvidia-api-key', pattern: `nvapi-${token}{60,70}` },
  { kind: 'openrouter-api-key', pattern: 'sk-or-v1-[0-9a-f]{64}' },
  { kind: 'perplexity-api-key', pattern: 'pplx-[A-Za-z0-9]{48}' },
  { kind: 'replicate-api-token', pattern: 'r8_[A-Za-z0-9]{37}' },
  { kind: 'together-api-token', pattern: `tgp_v1_${token}{43}` },
  { kind: 'voyage-api-key', pattern: `(?:pa|al)-${token}{43}`, digits: 2, words: ['voyage'] },
  { kind: 'anyscale-api-key', pattern: 'esecret_[a-z0-9]{20,40}', digits: 2 },
  { kind: 'elevenlabs-secret-key', pattern: 'sk_[0-9a-f]{48}' },
  { kind: 'jina-api-key', pattern: `jina_[0-9a-f]{32}${token}{20,40}` },
]

const around: readonly SecretForm[] = [
  { kind: 'langsmith-api-key', pattern: 'lsv2_[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}' },
  { kind: 'langsmith-legacy-api-key', pattern: 'ls__[0-9a-f]{32}' },
  { kind: 'langfuse-secret-key', pattern: `sk-lf-${uuid}` },
  { kind: 'helicone-api-key', pattern: 'sk-helicone-[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}' },
  { kind: 'wandb-v1-api-key', pattern: 'wandb_v1_[A-Za-z0-9_]{60,90}' },
  { kind: 'cursor-api-key', pattern: 'key_[0-9a-f]{64}' },
  { kind: 'kaggle-api-token', pattern: 'KGAT_[0-9a-f]{32}' },
  { kind: 'pinecone-secret-key', pattern: 'pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,66}' },
  { kind: 'tavily-api-key', pattern: 'tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}' },
  { kind: 'firecrawl-api-key', pattern: 'fc-[0-9a-f]{32}', left: apart },
  { kind: 'e2b-api-key', pattern: 'e2b_[0-9a-f]{40}' },
  { kind: 'daytona-api-key', pattern: 'dtn_[0-9a-f]{64}' },
  { kind: 'mem0-api-key', pattern: 'm0-[A-Za-z0-9]{40}', left: apart },
  { kind: 'browserbase-api-key', pattern: `bb_(?:live|test)_${token}{27,40}` },
  { kind: 'dify-api-key', pattern: '(?:app|dataset)-[A-Za-z0-9]{24}', digits: 1, words: ['dify'] },
  { kind: 'pangea-token', pattern: 'pts_[a-z2-7]{32}' },
]

export const modelProviderDetectors = toFormDetectors([...makers, ...around])
