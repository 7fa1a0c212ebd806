import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { z } from 'zod'

/** How the host behaves from now on. */
export interface Manner {
  readonly delayMs?: number
  readonly status?: number
  /** Sent instead of the embeddings, as it is. */
  readonly body?: string
  /** Numbers a vector has. */
  readonly width?: number
}

/** A host that speaks OpenAI's embeddings, on a real socket: a vector counts the text's words by their hashes. */
export interface FakeEmbeddings {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string
  readonly asked: { readonly input: readonly string[]; readonly model: string; readonly key?: string }[]
  behave(manner: Manner): void
  close(): Promise<void>
}

const WIDTH = 64
const requestSchema = z.strictObject({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1).max(2048),
  dimensions: z.int().optional(),
})

export async function startFakeEmbeddings(): Promise<FakeEmbeddings> {
  const asked: FakeEmbeddings['asked'] = []
  let manner: Manner = {}
  const server = createServer(async (request, reply) => {
    const { input, model, dimensions } = requestSchema.parse(await json(request))
    asked.push({ input, model, ...(request.headers.authorization && { key: request.headers.authorization }) })
    const { delayMs = 0, status = 200, body, width = dimensions ?? WIDTH } = manner
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    const data = input.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: countWords(text, width),
    }))
    // Hosts need not keep the order: `index` says which text it is.
    const whole = {
      object: 'list',
      model,
      data: data.reverse(),
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }
    reply.writeHead(status, { 'content-type': 'application/json' })
    reply.end(request.url === '/v1/embeddings' ? (body ?? JSON.stringify(whole)) : '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    behave(changed) {
      manner = changed
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function countWords(text: string, width: number): readonly number[] {
  const vector = new Array<number>(width).fill(0)
  for (const word of text.toLowerCase().match(/\w+/g) ?? [])
    vector[createHash('sha256').update(word).digest().readUInt32LE() % width]!++
  return vector
}
