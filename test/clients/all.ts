import { AI_SDK_CLIENTS } from './ai-sdk.ts'
import { anthropic } from './anthropic.ts'
import type { Client } from './client.ts'
import { LANGCHAIN_CLIENTS } from './langchain.ts'
import { openAiChat } from './openai-chat.ts'
import { openAiResponses } from './openai-responses.ts'
import { openRouterSdk } from './openrouter-sdk.ts'

/** Clients that nobody here wrote. */
export const CLIENTS: readonly Client[] = [
  openAiChat,
  openAiResponses,
  anthropic,
  ...AI_SDK_CLIENTS,
  openRouterSdk,
  ...LANGCHAIN_CLIENTS,
]
