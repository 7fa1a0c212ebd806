import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../src/config/load.ts'
import { createLog } from '../src/telemetry/log.ts'
import { type Scripted, type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts'
import { startGateway } from './start-gateway.ts'

/** A gateway that sells two models that answer and one that judges, all at one scripted host. */
export interface ComparedModels {
  readonly url: string
  readonly upstream: ScriptedUpstream
  post<Body = Told>(
    path: string,
    body: object,
    key?: string,
  ): Promise<{ status: number; body: Body; headers: Headers }>
  get<Body = Told>(path: string, key?: string): Promise<Body>
  close(): Promise<void>
}

/** What the tests read of replies. */
export interface Told {
  readonly id: string
  readonly winner: string
  readonly model: string
  readonly error: { readonly message: string }
  readonly answers: { readonly [place in 'a' | 'b']: { readonly message: { readonly content: string } } }
  readonly a: { readonly model: string; readonly generation_id: string }
  readonly b: { readonly model: string; readonly generation_id: string }
  readonly choices: readonly { readonly message: { readonly content: string } }[]
}

/** A comparison as the API lists it. */
export interface ListedComparison {
  readonly id: string
  readonly winner: string
  readonly judge: string
  readonly source: string
  readonly model_a: string
  readonly model_b: string
  readonly generation_a: string
  readonly generation_b: string
  readonly cost_usd: string
  readonly intents: readonly unknown[]
  readonly tags: Readonly<Record<string, string>>
}

export const STRONG = 'openai/gpt-5-mini'
export const WEAK = 'google/gemini-2.5-flash'
export const JUDGE = 'anthropic/claude-sonnet-4.5'

/** @param yaml more lines of `meritorder.yaml` */
export async function startComparedModels(yaml = ''): Promise<ComparedModels> {
  const upstream = await startScriptedUpstream()
  upstream.answer(({ body }) => answerOf(String(body.model), `I am ${body.model}.`))
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-compared-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, `${configuration(upstream.url)}${yaml}`)
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const gateway = await startGateway({ config, environment, log: createLog('silent') })
  const { url } = gateway
  const head = (key?: string) => ({
    'content-type': 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  })
  return {
    url,
    upstream,
    async post(to, body, key) {
      const init = { method: 'POST', headers: head(key), body: JSON.stringify(body) }
      const reply = await fetch(`${url}/v1${to}`, init)
      return { status: reply.status, body: (await reply.json()) as never, headers: reply.headers }
    },
    get: async (from, key) =>
      (await (await fetch(`${url}/v1${from}`, { headers: head(key) })).json()) as never,
    async close() {
      await gateway.close()
      upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A whole answer of chat completions. */
export function answerOf(model: string, content: string, finish_reason = 'stop'): Scripted {
  const answer = {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model },
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason, logprobs: null }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  }
  return { contentType: 'application/json', pieces: [JSON.stringify(answer)] }
}

function configuration(url: string): string {
  return `
local_servers: { discover: false }
providers:
  host:
    base_url: ${url}/v1
    key: sk-upstream
    models:
      - { id: strong, model: ${STRONG}, price: { prompt: 1, completion: 2 } }
      - { id: weak, model: ${WEAK}, price: { prompt: 0.1, completion: 0.2 } }
      - { id: judge, model: ${JUDGE}, price: { prompt: 3, completion: 15 } }
`
}
