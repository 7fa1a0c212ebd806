import type Anthropic from '@anthropic-ai/sdk'
import { type Ask, JSON_FORMAT } from './ask.ts'
import { type Saying, toolCall, unique } from './saying.ts'

/** What Anthropic's client hears in Messages. */
export async function heardInMessages(
  client: Anthropic,
  { model, stream, jsonByTool }: Ask,
): Promise<Saying> {
  const format = { type: 'json_schema', schema: { ...JSON_FORMAT.schema } } as const
  const request = {
    model,
    max_tokens: 4096,
    messages: [{ role: 'user' as const, content: 'hello' }],
    ...(jsonByTool && { output_config: { format } }),
  }
  if (!stream) return sayingOf(await client.messages.create(request))
  const running = client.messages.stream(request)
  return sayingOf(await running.finalMessage())
}

const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
}

function sayingOf({ content, stop_reason: reason, usage }: Anthropic.Message): Saying {
  const cached = usage.cache_read_input_tokens ?? 0
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    tools: content.flatMap((block) => (block.type === 'tool_use' ? [toolCall(block.name, block.input)] : [])),
    citations: unique(content.flatMap(citationsOf)),
    finish: FINISH[reason ?? ''] ?? reason ?? 'none',
    promptTokens: billed(usage, 'input_tokens') + cached + (usage.cache_creation_input_tokens ?? 0),
    completionTokens: billed(usage, 'output_tokens'),
    reasoningTokens: 0,
    cachedTokens: cached,
  }
}

/** Where there are iterations they are what is billed; an advisor's are another model's. */
function billed(usage: Anthropic.Usage, count: 'input_tokens' | 'output_tokens'): number {
  const { iterations } = usage as {
    readonly iterations?: readonly (Anthropic.Usage & { type: string })[] | null
  }
  const own = (iterations ?? []).filter(({ type }) => type !== 'advisor_message')
  return own.length === 0 ? usage[count] : own.reduce((sum, one) => sum + one[count], 0)
}

/** Pages that were found, and places that are cited. */
function citationsOf(block: Anthropic.ContentBlock): (string | undefined)[] {
  if (block.type === 'web_search_tool_result')
    return Array.isArray(block.content) ? block.content.map(({ url }) => url) : []
  if (block.type !== 'text') return []
  return (block.citations ?? []).map((citation) => {
    if (citation.type === 'web_search_result_location') return citation.url
    return 'document_title' in citation ? (citation.document_title ?? undefined) : undefined
  })
}
