import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError } from '@ai-sdk/provider'
import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import { generateText, jsonSchema, type LanguageModel, type ModelMessage, Output, streamText, tool } from 'ai'
import { type Client, type Heard, type Question, TOOL_SCHEMA } from './client.ts'

// The packages' warnings about what a model may not support are no news here.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

interface Particulars {
  readonly lacks?: Client['lacks']
  /** What only this package is told. */
  readonly providerOptions?: (
    reasoning: boolean,
  ) => Parameters<typeof generateText>[0]['providerOptions'] & {}
}

/** `ai` with a provider package. */
function aiClient(
  name: string,
  api: Client['api'],
  modelAt: (url: string, model: string) => LanguageModel,
  { lacks = {}, providerOptions = () => ({}) }: Particulars = {},
): Client {
  return {
    name: `ai, ${name}`,
    api,
    lacks,
    statusOf: (error) => (APICallError.isInstance(error) ? error.statusCode : undefined),
    ask: (url, question) =>
      (question.stream ? streamed : whole)(
        {
          ...callOf(question),
          model: modelAt(url, question.model),
          providerOptions: providerOptions(question.reasoning),
        },
        question,
      ),
  }
}

export const AI_SDK_CLIENTS: readonly Client[] = [
  aiClient(
    '@ai-sdk/openai',
    'responses',
    (url, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }).responses(model),
    {
      providerOptions: (reasoning) => ({
        openai: {
          store: false,
          include: ['reasoning.encrypted_content'],
          reasoningSummary: 'auto',
          forceReasoning: reasoning,
        },
      }),
    },
  ),
  aiClient(
    '@ai-sdk/openai (chat)',
    'chat completions',
    (url, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }).chat(model),
    { lacks: { reasoning: 'OpenAI’s chat completions have no thoughts, and the package reads none' } },
  ),
  aiClient('@ai-sdk/anthropic', 'messages', (url, model) =>
    createAnthropic({ baseURL: `${url}/v1`, apiKey: 'none' })(model),
  ),
  aiClient('@ai-sdk/openai-compatible', 'chat completions', (url, model) =>
    createOpenAICompatible({
      name: 'meritorder',
      baseURL: `${url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
  ),
  aiClient(
    '@openrouter/ai-sdk-provider',
    'chat completions',
    (url, model) => createOpenRouter({ baseURL: `${url}/api/v1`, apiKey: 'none' })(model),
    {
      lacks: { abort: 'the package leaves the AbortError unhandled, which ends the process (3.1.0)' },
      providerOptions: (reasoning): Record<string, Record<string, { effort: string }>> =>
        reasoning ? { openrouter: { reasoning: { effort: 'low' } } } : {},
    },
  ),
]

type Call = Omit<Parameters<typeof generateText>[0], 'model' | 'prompt' | 'messages'> & {
  readonly messages: ModelMessage[]
}

function callOf({ prompt, tools, image, schema, reasoning, after, leave }: Question): Call {
  const content = [
    { type: 'text' as const, text: prompt },
    ...(image === undefined ? [] : [{ type: 'file' as const, data: image, mediaType: 'image/png' as const }]),
  ]
  const results = (after?.heard.calls ?? []).map((call) => ({
    type: 'tool-result' as const,
    toolCallId: call.id,
    toolName: call.name,
    output: { type: 'text' as const, value: after?.result ?? '' },
  }))
  return {
    maxRetries: 0,
    maxOutputTokens: 8000,
    messages: [
      { role: 'user', content },
      ...((after?.heard.turn ?? []) as ModelMessage[]),
      ...(after === undefined ? [] : [{ role: 'tool' as const, content: results }]),
    ],
    ...(tools.length > 0 && {
      tools: Object.fromEntries(
        tools.map((name) => [
          name,
          tool({ inputSchema: jsonSchema<object>({ ...TOOL_SCHEMA, required: ['place'] }) }),
        ]),
      ),
    }),
    ...(schema && { output: Output.object({ schema: jsonSchema<object>({ ...schema }) }) }),
    ...(reasoning && { reasoning: 'low' as const }),
    ...(leave && { abortSignal: leave.signal }),
  }
}

type Asked = Call & { readonly model: LanguageModel }

async function whole(call: Asked): Promise<Heard> {
  const { text, reasoningText, toolCalls, usage, responseMessages } = await generateText(call)
  return {
    text,
    reasoning: reasoningText ?? '',
    calls: toolCalls.map(({ toolCallId, toolName, input }) => ({
      id: toolCallId,
      name: toolName,
      arguments: input,
    })),
    tokens: usage.outputTokens ?? 0,
    turn: responseMessages,
  }
}

async function streamed(call: Asked, { leave }: Question): Promise<Heard> {
  let failure: unknown
  const running = streamText({
    ...call,
    onError: ({ error }) => {
      failure ??= error
    },
  })
  for await (const part of running.fullStream) {
    if (part.type === 'text-delta') leave?.abort()
    if (part.type === 'error') throw part.error
  }
  leave?.signal.throwIfAborted()
  if (failure !== undefined) throw failure
  const calls = await running.toolCalls
  return {
    text: await running.text,
    reasoning: (await running.reasoningText) ?? '',
    calls: calls.map(({ toolCallId, toolName, input }) => ({
      id: toolCallId,
      name: toolName,
      arguments: input,
    })),
    tokens: (await running.usage).outputTokens ?? 0,
    turn: await running.responseMessages,
  }
}
