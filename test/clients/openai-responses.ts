import OpenAI from 'openai'
import { type Client, type Heard, type Question, statusIn, TOOL_SCHEMA } from './client.ts'

/** `openai`, Responses. */
export const openAiResponses: Client = {
  name: 'openai (responses)',
  api: 'responses',
  lacks: {},
  statusOf: (error) => (error instanceof OpenAI.APIError ? statusIn(error) : undefined),
  async ask(url, question) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
    const options = question.leave === undefined ? {} : { signal: question.leave.signal }
    if (!question.stream) return heardIn(await client.responses.create(bodyOf(question), options))
    const running = client.responses.stream(bodyOf(question), options)
    for await (const event of running)
      if (event.type === 'response.output_text.delta') question.leave?.abort()
    return heardIn(await running.finalResponse())
  },
}

function bodyOf(question: Question) {
  const { model, prompt, tools, image, schema, reasoning, after } = question
  const content: OpenAI.Responses.ResponseInputContent[] = [
    { type: 'input_text', text: prompt },
    ...(image === undefined
      ? []
      : [
          {
            type: 'input_image' as const,
            detail: 'auto' as const,
            image_url: `data:image/png;base64,${image}`,
          },
        ]),
  ]
  const input: OpenAI.Responses.ResponseInput = [
    { role: 'user', content },
    ...(after === undefined ? [] : (after.heard.turn as OpenAI.Responses.ResponseInput)),
    ...(after?.heard.calls ?? []).map(({ id }) => ({
      type: 'function_call_output' as const,
      call_id: id,
      output: after?.result ?? '',
    })),
  ]
  return {
    model,
    input,
    store: false,
    include: ['reasoning.encrypted_content' as const],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        name,
        parameters: TOOL_SCHEMA,
        strict: true,
      })),
    }),
    ...(schema && {
      text: { format: { type: 'json_schema' as const, name: 'answer', schema: { ...schema }, strict: true } },
    }),
    ...(reasoning && { reasoning: { effort: 'low' as const, summary: 'auto' as const } }),
  }
}

function heardIn({ output, usage }: OpenAI.Responses.Response): Heard {
  return {
    text: output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : ''))
      .join(''),
    reasoning: output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
      .map(({ text }) => text)
      .join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) }]
        : [],
    ),
    tokens: usage?.output_tokens ?? 0,
    turn: output,
  }
}
