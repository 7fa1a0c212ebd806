import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { createLog } from '../src/telemetry/log.ts'
import { json, type Scripted, type SeenRequest, startScriptedUpstream } from './scripted-upstream.ts'
import { startGateway } from './start-gateway.ts'

/** USD per million prompt tokens at each host, by host; a tenth of it for those that are read from its cache. */
export type Prices = Readonly<Record<string, number>>

/** A gateway that sells two models at two hosts each, whose prices a test sets; all are one scripted server. */
export interface ConversationGateway {
  readonly url: string
  /** The official client of a caller. */
  client(caller: 'ann' | 'ben'): OpenAI
  /** Puts other prices in force; a host that is left out is not sold. */
  reprice(prices: Prices): Promise<void>
  /** What a host answers from now on; by default it says "fine", and that its cache gave back nothing. */
  answer(host: string, script: (request: SeenRequest) => Scripted): void
  /** Hosts that were called, in order, since the last time. */
  called(): string[]
  restart(): Promise<void>
  close(): Promise<void>
}

/** Model `acme/big` is sold by hosts `near` and `far`, `acme/tall` by `north` and `south`. */
const SOLD: Readonly<Record<string, string>> = { near: 'big', far: 'big', north: 'tall', south: 'tall' }

export async function startConversationGateway(first: Prices): Promise<ConversationGateway> {
  const upstream = await startScriptedUpstream()
  const scripts = new Map<string, (request: SeenRequest) => Scripted>()
  const hostOf = ({ path }: SeenRequest) => path.split('/')[1]!
  upstream.answer((request) => (scripts.get(hostOf(request)) ?? (() => says()))(request))
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-conversations-'))
  const path = join(folder, 'meritorder.yaml')
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const load = () => loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } }).config
  let inForce = Promise.withResolvers<void>()
  const log = createLog('info', {
    destination: {
      write: (line) => {
        if (line.includes('changed configuration is in force')) inForce.resolve()
      },
    },
    readable: false,
  })
  const write = (prices: Prices) => writeFileSync(path, configuration(upstream.url, prices))
  const start = (): Promise<Gateway> =>
    startGateway({ config: load(), watch: { path, load }, environment, log })
  write(first)
  let gateway = await start()
  return {
    get url() {
      return gateway.url
    },
    client: (caller) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyOf(caller), maxRetries: 0 }),
    async reprice(prices) {
      inForce = Promise.withResolvers()
      write(prices)
      await inForce.promise
    },
    answer: (host, script) => scripts.set(host, script),
    called: () => upstream.seen.splice(0).map(hostOf),
    async restart() {
      await gateway.close()
      gateway = await start()
    },
    async close() {
      await gateway.close()
      upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A chat completion of 4,000 prompt tokens, so many of them from the cache, and perhaps a call of the tool `look`. */
export function says({ cached = 0, calls }: { cached?: number; calls?: string } = {}): Scripted {
  const message =
    calls === undefined
      ? { role: 'assistant', content: 'fine', refusal: null }
      : {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            { id: calls, type: 'function', function: { name: 'look', arguments: '{"where":"up"}' } },
          ],
        }
  return json({
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      { index: 0, message, logprobs: null, finish_reason: calls === undefined ? 'stop' : 'tool_calls' },
    ],
    usage: {
      prompt_tokens: 4000,
      completion_tokens: 5,
      total_tokens: 4005,
      prompt_tokens_details: { cached_tokens: cached },
    },
  })
}

export const keyOf = (caller: string) => `key-of-${caller}-for-the-tests`

function configuration(url: string, prices: Prices): string {
  const hosts = Object.entries(prices).map(
    ([host, usd]) =>
      `  ${host}: { base_url: "${url}/${host}/v1", key: sk-x, models: [{ id: m, model: acme/${SOLD[host]}, ` +
      `price: { prompt: ${usd}, completion: ${usd}, cache_read: ${usd / 10} } }] }`,
  )
  const callers = ['ann', 'ben'].map(
    (name) => `    - { name: ${name}, sha256: ${createHash('sha256').update(keyOf(name)).digest('hex')} }`,
  )
  return [
    'local_servers: { discover: false }',
    'record: { storage: full }',
    'server:',
    '  keys:',
    ...callers,
    'policy: { policies: { any: { quality_band: 1 } }, default: any }',
    'providers:',
    ...hosts,
    '',
  ].join('\n')
}
