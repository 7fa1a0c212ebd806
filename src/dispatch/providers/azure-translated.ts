import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { deploymentUrl } from './azure.ts'
import { OPENAI_CHAT, openAiModel } from './openai-translated.ts'

/** Azure OpenAI, for calls that come in another dialect than chat completions. */
export function azureTranslated(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://azure.invalid/openai/v1', model, ...OPENAI_CHAT }, pools)
}

function model(access: Access, deployment: string) {
  const baseURL = deploymentUrl(access.baseURL, deployment)
  return openAiModel({ ...access, baseURL }, deployment, { 'api-key': access.apiKey })
}
