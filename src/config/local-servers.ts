import { type LocalServerKind, SERVER_KINDS } from './local-server-kinds.ts'

const MAX_REPLY_BYTES = 1_048_576

/** A model server found on this machine, with the models that it lists. */
export interface LocalServer {
  readonly slug: string
  readonly name: string
  /** Base URL of its OpenAI-compatible API. */
  readonly baseUrl: string
  readonly models: readonly LocalModel[]
}

export interface LocalModel {
  /** The id under which the server knows the model. */
  readonly id: string
  /** Context window in tokens, where the server tells. */
  readonly contextTokens?: number
  /** A better known name of the same model, such as its Hugging Face id, where the server tells. */
  readonly knownAs?: string
}

export interface DiscoverOptions {
  readonly fetch?: typeof globalThis.fetch
  /** For one server, all its replies; ms. */
  readonly timeoutMs?: number
  /** Other ports than the servers' defaults, by slug. */
  readonly ports?: Readonly<Record<string, number>>
}

/**
 * Looks for Ollama, llama.cpp, vLLM, LM Studio, SGLang and Text Generation Inference on their default loopback ports, all at once.
 * A server counts only when its replies carry that program's own marks, so another program on the port is left
 * alone. Never throws: what does not answer in time, in form and within 1 MiB is not there.
 */
export async function discoverLocalServers(options: DiscoverOptions = {}): Promise<LocalServer[]> {
  const found = await Promise.all(SERVER_KINDS.map((kind) => probe(kind, options)))
  return found.filter((server) => server !== undefined)
}

async function probe(kind: LocalServerKind, options: DiscoverOptions): Promise<LocalServer | undefined> {
  const { fetch = globalThis.fetch, timeoutMs = 300, ports = {} } = options
  const origin = `http://127.0.0.1:${ports[kind.slug] ?? kind.port}`
  const signal = AbortSignal.timeout(timeoutMs)
  const replies = await Promise.all(kind.paths.map((path) => getJson(fetch, `${origin}${path}`, signal)))
  const models = kind.read(replies)
  if (models === undefined) return undefined
  return { slug: kind.slug, name: kind.name, baseUrl: `${origin}/v1`, models }
}

/** The reply's JSON value; undefined for anything but a small, well-formed, direct 200. */
async function getJson(fetch: typeof globalThis.fetch, url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const reply = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of reply.body ?? []) {
      size += chunk.length
      if (size > MAX_REPLY_BYTES) return undefined
      chunks.push(chunk)
    }
    return reply.ok ? JSON.parse(Buffer.concat(chunks).toString()) : undefined
  } catch {
    return undefined
  }
}
