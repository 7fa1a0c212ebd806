import { type Dispatcher, request } from 'undici'
import { z } from 'zod'
import type { HttpEmbedderSettings } from '../config/embedder-settings.ts'
import { type ErrorCode, MeritorderError } from '../errors.ts'
import { toUnitLength } from '../understand/embedder.ts'
import type { OutsideEmbedder } from './outside-embedder.ts'

/** More than the longest vectors of today need, written out. */
const BYTES_PER_TEXT = 256 * 1024
const SHOWN_CHARACTERS = 200

const replySchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1).max(16_384) })),
})
const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) })

/** A host that speaks OpenAI's `POST /v1/embeddings`: OpenAI itself, Ollama, vLLM, Text Embeddings Inference. */
export function httpEmbedder(settings: HttpEmbedderSettings, dispatcher: Dispatcher): OutsideEmbedder {
  const { name, batch, baseUrl, model, dimensions, key } = settings
  const url = `${baseUrl}/embeddings`
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': 'meritorder',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  }
  return {
    name,
    batch,
    async embed(texts, signal) {
      const body = JSON.stringify({ model, input: texts, ...(dimensions !== undefined && { dimensions }) })
      try {
        const reply = await request(url, { method: 'POST', headers, body, signal, dispatcher })
        const text = await readAtMost(reply.body, texts.length * BYTES_PER_TEXT)
        if (reply.statusCode !== 200) throw refused(settings, reply.statusCode, text)
        return vectorsOf(text, texts.length, settings)
      } catch (error) {
        if (error instanceof MeritorderError) throw error
        if (signal.aborted) throw late(settings, error)
        throw failed(settings, `cannot be reached (${codeOf(error)})`, error)
      }
    },
    // Its connections belong to the pools that it was given.
    close: async () => {},
  }
}

async function readAtMost(body: AsyncIterable<Buffer>, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw new RangeError(`an answer of more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function vectorsOf(text: string, count: number, settings: HttpEmbedderSettings): readonly Float32Array[] {
  const parsed = replySchema.safeParse(asJson(text))
  if (!parsed.success) throw failed(settings, 'sent no embeddings', parsed.error)
  const rows = parsed.data.data.toSorted((a, b) => a.index - b.index)
  const width = rows[0]?.embedding.length
  if (rows.length !== count || rows.some(({ index }, i) => index !== i))
    throw failed(settings, `sent ${rows.length} embeddings for ${count} texts`)
  if (rows.some(({ embedding }) => embedding.length !== width))
    throw failed(settings, 'sent embeddings of different lengths')
  return rows.map(({ embedding }) => toUnitLength(Float64Array.from(embedding)))
}

function refused(settings: HttpEmbedderSettings, status: number, text: string): MeritorderError {
  const said = errorSchema.safeParse(asJson(text))
  const error = said.success ? said.data.error : undefined
  const message = (typeof error === 'object' ? error.message : error)?.slice(0, SHOWN_CHARACTERS)
  const told = settings.key === undefined ? message : message?.replaceAll(settings.key, '[secret]')
  const what = `answered ${status}${told === undefined ? '' : `: ${told}`}`
  return failed(settings, what, undefined, codeOfStatus(status))
}

/** What the host does not want will not be wanted the next time either. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 429) return 'rate_limit_exceeded'
  return status === 408 || status >= 500 ? 'provider_unavailable' : 'invalid_request'
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failed(
  { name, baseUrl }: HttpEmbedderSettings,
  what: string,
  cause?: unknown,
  code: ErrorCode = 'provider_unavailable',
): MeritorderError {
  return new MeritorderError(
    code,
    `The embedder ${name} at ${baseUrl} ${what}. Check \`embedder\` in the configuration, and that its host is up.`,
    { limit: 'embedder', cause },
  )
}

function late({ name, baseUrl }: HttpEmbedderSettings, cause: unknown): MeritorderError {
  return new MeritorderError(
    'timeout',
    `The embedder ${name} at ${baseUrl} did not answer in time. Raise embedder.timeout_ms, or use a faster one.`,
    { limit: 'embedder.timeout_ms', cause },
  )
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
