import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import type { Attempt, Outcome } from '../../src/dispatch/answer.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { events, frame, json, type Scripted } from '../scripted-upstream.ts'
import { startGateway } from '../start-gateway.ts'

/** A real gateway in front of hosts of the test's own, which all sell the same models. */
export interface FailingHosts {
  readonly url: string
  /** Asks for a model, of the hosts `a` and `b` first. */
  ask(model: string, more?: Ask): Promise<Reply>
  /** What the record says of a call. */
  story(id: string): Promise<Story>
  /** The last call that came to this end, and asked for this model, once it is recorded. */
  latest(outcome: Outcome, model: string): Promise<Story>
  close(): Promise<void>
}

export interface Ask {
  readonly stream?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  readonly signal?: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly id: string
  readonly servedBy: string | null
  readonly tookMs: number
}

export interface Story {
  readonly outcome: Outcome
  readonly attempts: readonly Attempt[]
  readonly candidates: readonly { readonly cost_usd: number }[]
  readonly tokens_estimated: boolean
  readonly native_tokens_completion: number
  readonly cost_usd: string | null
  readonly requested_model: string
}

interface Host {
  readonly url: string
  /** One, unless said otherwise. */
  readonly keys?: readonly string[]
  /** Chat completions, unless said otherwise. */
  readonly family?: string
}

/**
 * @param hosts by slug
 * @param models as many as there are cases: an endpoint that has failed is left alone for a while
 */
export async function startFailingHosts(options: {
  readonly hosts: Readonly<Record<string, Host>>
  readonly models: readonly string[]
  readonly yaml?: string
}): Promise<FailingHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-failures-'))
  const path = join(folder, 'meritorder.yaml')
  const models = options.models.map(
    (id) => `{ id: ${id}, model: case/${id}, price: { prompt: 1, completion: 1 }, context: 8000 }`,
  )
  const hosts = Object.entries(options.hosts).map(
    ([slug, { url, keys = ['sk-of-the-test'], family = 'openai-compatible' }]) =>
      `  ${slug}: { base_url: '${url}/v1', family: ${family}, keys: [${keys.join(', ')}], models: [${models.join(', ')}] }`,
  )
  const yaml = ['local_servers: { discover: false }', 'providers:', ...hosts, options.yaml ?? '']
  writeFileSync(path, `${yaml.join('\n')}\n`)
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const gateway = await startGateway({ config, environment, log: createLog('silent') })
  return {
    url: gateway.url,
    async ask(model, { stream = false, headers = {}, body = {}, signal } = {}) {
      const startedAt = performance.now()
      const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          model: `case/${model}`,
          stream,
          messages: [{ role: 'user', content: 'hello' }],
          provider: { order: ['a', 'b'] },
          ...body,
        }),
        ...(signal === undefined ? {} : { signal }),
      })
      const text = await reply.text()
      return {
        status: reply.status,
        headers: reply.headers,
        text,
        id: reply.headers.get('x-generation-id') ?? '',
        servedBy: reply.headers.get('x-meritorder-provider'),
        tookMs: performance.now() - startedAt,
      }
    },
    async story(id) {
      const reply = await fetch(`${gateway.url}/v1/generation?id=${id}`)
      return ((await reply.json()) as { data: Story }).data
    },
    async latest(outcome, model) {
      for (;;) {
        const reply = await fetch(`${gateway.url}/v1/generations?outcome=${outcome}`)
        const { data } = (await reply.json()) as { data: Story[] }
        const found = data.find((story) => story.requested_model === `case/${model}`)
        if (found !== undefined) return found
      }
    },
    async close() {
      await gateway.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A whole answer in the shape of chat completions. */
export const answer = (content = 'fine'): Scripted =>
  json({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  })

export const role = frame({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })
export const chunk = (content: string) => frame({ choices: [{ index: 0, delta: { content } }] })
export const ending = frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
export const done = 'data: [DONE]\n\n'

/** The same as a stream. */
export const answerStream = (content = 'fine'): Scripted => events([role, chunk(content), ending, done])

/** An error status in OpenAI's shape. */
export const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): Scripted =>
  json(
    { error: { message: `status ${status}`, type: 'error', param: null, code: null } },
    { status, headers },
  )

/** What a stream said, its error event if it had one, and whether it ended well. */
export function heardIn(text: string) {
  const all = text
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice(6))] : []))
  return {
    content: all.map((event) => event.choices?.[0]?.delta?.content ?? '').join(''),
    roles: all.filter((event) => event.choices?.[0]?.delta?.role !== undefined).length,
    error: all.find((event) => event.error !== undefined)?.error as { message: string } | undefined,
    isWhole: text.trimEnd().endsWith('data: [DONE]'),
  }
}
