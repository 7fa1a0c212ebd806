import { ChatAnthropic } from '@langchain/anthropic'
import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { type AIMessage, type AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { type Client, type Heard, type Question, statusIn, TOOL_SCHEMA } from './client.ts'

/** LangChain's models, each a client of its own. */
export const LANGCHAIN_CLIENTS: readonly Client[] = [
  {
    name: '@langchain/openai',
    api: 'chat completions',
    lacks: { reasoning: 'reads `reasoning_content` only, not OpenRouter’s `reasoning`' },
    statusOf: statusIn,
    ask: (url, question) => ask(openAi(url, question, false), question),
  },
  {
    name: '@langchain/openai (responses)',
    api: 'responses',
    lacks: {},
    statusOf: statusIn,
    ask: (url, question) => ask(openAi(url, question, true), question),
  },
  {
    name: '@langchain/anthropic',
    api: 'messages',
    lacks: {},
    statusOf: statusIn,
    ask: (url, question) => ask(anthropic(url, question), question),
  },
]

function openAi(url: string, { model, reasoning }: Question, useResponsesApi: boolean): ChatOpenAI {
  return new ChatOpenAI({
    model,
    apiKey: 'none',
    maxRetries: 0,
    useResponsesApi,
    streamUsage: true,
    configuration: { baseURL: `${url}/v1` },
    ...(useResponsesApi && { zdrEnabled: true }),
    // Its own `reasoning` is sent only to models whose names begin with OpenAI's.
    ...(reasoning && { modelKwargs: { reasoning: { effort: 'low', summary: 'auto' } } }),
  })
}

function anthropic(url: string, { model, reasoning }: Question): ChatAnthropic {
  return new ChatAnthropic({
    model,
    apiKey: 'none',
    maxRetries: 0,
    maxTokens: 8000,
    anthropicApiUrl: url,
    ...(reasoning && { thinking: { type: 'enabled' as const, budget_tokens: 2000 } }),
  })
}

type Model = ChatOpenAI | ChatAnthropic

async function ask(model: Model, question: Question): Promise<Heard> {
  const { schema, tools, leave, stream } = question
  const options = leave === undefined ? {} : { signal: leave.signal }
  const messages = messagesOf(question)
  if (schema !== undefined) {
    const structured = (model as BaseChatModel).withStructuredOutput(
      { title: 'answer', ...schema },
      { includeRaw: true, method: 'jsonSchema' },
    )
    const { raw, parsed } = await structured.invoke(messages, options)
    return { ...heardIn(raw as AIMessage), text: JSON.stringify(parsed) }
  }
  const ready = tools.length === 0 ? model : withTools(model, tools)
  if (!stream) return heardIn((await ready.invoke(messages, options)) as AIMessage)
  let whole: AIMessageChunk | undefined
  for await (const piece of await ready.stream(messages, options)) {
    whole = whole === undefined ? (piece as AIMessageChunk) : whole.concat(piece as AIMessageChunk)
    if (piece.text !== '') leave?.abort()
  }
  return heardIn(whole!)
}

function withTools(model: Model, tools: readonly string[]) {
  const functions = tools.map((name) => ({
    type: 'function' as const,
    function: { name, description: name, parameters: TOOL_SCHEMA },
  }))
  return (model as ChatOpenAI).bindTools(functions)
}

function messagesOf({ prompt, image, after }: Question) {
  const url = `data:image/png;base64,${image}`
  const content = [
    { type: 'text' as const, text: prompt },
    ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url } }]),
  ]
  return [
    new HumanMessage({ content }),
    ...(after === undefined ? [] : [after.heard.turn as AIMessage]),
    ...(after?.heard.calls ?? []).map(
      ({ id, name }) => new ToolMessage({ tool_call_id: id, name, content: after?.result ?? '' }),
    ),
  ]
}

function heardIn(message: AIMessage | AIMessageChunk): Heard {
  return {
    text: message.text,
    reasoning: message.contentBlocks
      .map((block) => (block.type === 'reasoning' ? block.reasoning : ''))
      .join(''),
    calls: (message.tool_calls ?? []).map((call) => ({
      id: call.id ?? '',
      name: call.name,
      arguments: call.args,
    })),
    tokens: (message.usage_metadata as { output_tokens: number } | undefined)?.output_tokens ?? 0,
    turn: message,
  }
}
