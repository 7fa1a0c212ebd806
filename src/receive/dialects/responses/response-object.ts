import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider'
import { isObject } from '../../../json/is-object.ts'
import type { Fields } from '../../fields.ts'
import type { ReplyFacts } from '../dialect.ts'
import { responseId } from './ids.ts'
import type { OutputItem } from './output-items.ts'

/** How an answer ended, in OpenAI's words. */
export interface Ending {
  readonly status: 'in_progress' | 'completed' | 'incomplete'
  readonly incomplete_details: { readonly reason: 'max_output_tokens' | 'content_filter' } | null
}

export const RUNNING: Ending = { status: 'in_progress', incomplete_details: null }

export function endingOf({ unified }: LanguageModelV4FinishReason): Ending {
  if (unified === 'length') return incomplete('max_output_tokens')
  if (unified === 'content-filter') return incomplete('content_filter')
  return { status: 'completed', incomplete_details: null }
}

function incomplete(reason: 'max_output_tokens' | 'content_filter'): Ending {
  return { status: 'incomplete', incomplete_details: { reason } }
}

/** A `response`: the answer so far, with the request repeated as OpenAI does. Null where the request left the choice to the model. */
export function responseObject(
  facts: ReplyFacts,
  ending: Ending,
  output: readonly OutputItem[],
  usage?: LanguageModelV4Usage,
) {
  return {
    id: responseId(facts.id),
    object: 'response',
    created_at: facts.created,
    // Nobody says when a host had finished; OpenRouter's clients want the member.
    completed_at: null,
    status: ending.status,
    error: null,
    incomplete_details: ending.incomplete_details,
    model: facts.model,
    provider: facts.provider,
    output,
    ...repeated(facts.asked),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
  }
}

function repeated(asked: Fields) {
  const { reasoning, text, tools, metadata } = asked
  const wanted = isObject(reasoning) ? reasoning : {}
  return {
    background: false,
    frequency_penalty: asked.frequency_penalty ?? null,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    metadata: isObject(metadata) ? metadata : {},
    presence_penalty: asked.presence_penalty ?? null,
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: asked.previous_response_id ?? null,
    reasoning: { effort: wanted.effort ?? null, summary: wanted.summary ?? null },
    temperature: asked.temperature ?? null,
    store: asked.store === true,
    text: { format: { type: 'text' }, ...(isObject(text) ? text : {}) },
    tool_choice: asked.tool_choice ?? 'auto',
    tools: Array.isArray(tools) ? tools.map(repeatedTool) : [],
    top_p: asked.top_p ?? null,
    truncation: asked.truncation ?? 'disabled',
    ...(typeof asked.prompt_cache_key === 'string' ? { prompt_cache_key: asked.prompt_cache_key } : {}),
    ...(typeof asked.user === 'string' ? { user: asked.user } : {}),
  }
}

/** Clients' types have these two in every function. */
function repeatedTool(tool: unknown): unknown {
  return isObject(tool) ? { strict: null, parameters: null, ...tool } : tool
}

/** Token counts in OpenAI's form (`input_tokens` includes cached ones); undefined where the provider reported none. */
function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage) {
  const { total: input, cacheRead, cacheWrite } = inputTokens
  const { total: output, reasoning } = outputTokens
  if (input === undefined || output === undefined) return undefined
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead ?? 0, cache_write_tokens: cacheWrite ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    total_tokens: input + output,
  }
}
