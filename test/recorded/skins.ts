import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { Ask } from './ask.ts'
import { heardInChat } from './heard-chat.ts'
import { heardInMessages } from './heard-messages.ts'
import { heardInResponses } from './heard-responses.ts'
import type { Wire } from './recordings.ts'
import type { Saying } from './saying.ts'

/** An API that callers speak, heard by its official client. */
export interface Skin {
  /** As the matrix names it. */
  readonly name: string
  readonly client: string
  /** The wire format in which its bytes pass through. */
  readonly native: Wire
  /** Ends that it tells in the words of another. */
  readonly ends: Readonly<Record<string, string>>
  hear(url: string, ask: Ask): Promise<Saying>
}

const openAiAt = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })

export const SKINS: readonly Skin[] = [
  {
    name: 'chat completions',
    native: 'chat',
    client: 'openai',
    ends: {},
    hear: (url, ask) => heardInChat(openAiAt(url), ask),
  },
  {
    name: 'responses',
    native: 'responses',
    client: 'openai',
    ends: { 'tool-calls': 'stop' },
    hear: (url, ask) => heardInResponses(openAiAt(url), ask),
  },
  {
    name: 'messages',
    native: 'messages',
    client: '@anthropic-ai/sdk',
    ends: {},
    hear: (url, ask) => heardInMessages(new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 }), ask),
  },
]
