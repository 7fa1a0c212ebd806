import OpenAI from 'openai'
import { type Client, type Heard, type Question, statusIn, TOOL_SCHEMA } from './client.ts'

/** `openai`, chat completions. */
export const openAiChat: Client = {
  name: 'openai',
  api: 'chat completions',
  lacks: {},
  statusOf: (error) => (error instanceof OpenAI.APIError ? statusIn(error) : undefined),
  async ask(url, question) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
    const body = bodyOf(question)
    const options = question.leave === undefined ? {} : { signal: question.leave.signal }
    if (!question.stream) {
      const { choices, usage } = await client.chat.completions.create(body, options)
      return heardIn(choices[0]!.message, thoughtsIn(choices[0]!.message), usage)
    }
    const running = client.chat.completions.stream(
      { ...body, stream_options: { include_usage: true } },
      options,
    )
    let reasoning = ''
    for await (const { choices } of running) {
      reasoning += thoughtsIn(choices[0]?.delta ?? {})
      if (choices[0]?.delta.content) question.leave?.abort()
    }
    const { choices, usage } = await running.finalChatCompletion()
    return heardIn(choices[0]!.message, reasoning, usage)
  },
}

function thoughtsIn(message: object): string {
  return (message as { reasoning?: string | null }).reasoning ?? ''
}

function bodyOf(question: Question): Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'> {
  const { model, prompt, tools, image, schema, reasoning, after } = question
  const url = `data:image/png;base64,${image}`
  const parts: OpenAI.ChatCompletionContentPart[] = [
    { type: 'text', text: prompt },
    ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url } }]),
  ]
  return {
    model,
    messages: [
      { role: 'user', content: parts },
      ...(after === undefined
        ? []
        : [
            after.heard.turn as OpenAI.ChatCompletionMessageParam,
            ...after.heard.calls.map((call) => ({
              role: 'tool' as const,
              tool_call_id: call.id,
              content: after.result,
            })),
          ]),
    ],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({ type: 'function', function: { name, parameters: TOOL_SCHEMA } })),
    }),
    ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    ...(reasoning && { reasoning_effort: 'low' }),
  }
}

function heardIn(
  message: OpenAI.ChatCompletionMessage,
  reasoning: string,
  usage: OpenAI.CompletionUsage | undefined,
): Heard {
  return {
    text: message.content ?? '',
    reasoning,
    calls: (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
        : [],
    ),
    tokens: usage?.completion_tokens ?? 0,
    turn: message,
  }
}
