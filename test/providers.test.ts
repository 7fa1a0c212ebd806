import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { loadCatalog } from '../src/artifacts.ts'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import type { WireFamily } from '../src/market/families.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'
import { REPLIES, TEXT } from './translated-replies.ts'

/** A provider as its own documentation has it. */
interface Documented {
  readonly slug: string
  /** With the catalog's places. */
  readonly address: string
  readonly keyVariable?: string
  /** What the catalog does not sell: a model server's model. */
  readonly model?: string
  /** By default `/chat/completions`. */
  readonly path?: (model: string) => string
  /** By default a bearer token. */
  readonly keyHeader?: 'api-key' | 'x-api-key' | 'x-goog-api-key'
  /** What it calls the limit on an answer; by default it takes the caller's `max_tokens`. */
  readonly limit?: string
}

const gemini = (model: string) => `/models/${model}:generateContent`
const LOCAL_MODEL = 'qwen3-8b'

/** Every provider that the documentation names, and more. */
const PROVIDERS: readonly Documented[] = [
  {
    slug: 'openai',
    address: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    limit: 'max_completion_tokens',
  },
  {
    slug: 'anthropic',
    address: 'https://api.anthropic.com/v1',
    keyVariable: 'ANTHROPIC_API_KEY',
    path: () => '/messages',
    keyHeader: 'x-api-key',
  },
  {
    slug: 'google',
    address: 'https://generativelanguage.googleapis.com/v1beta',
    keyVariable: 'GEMINI_API_KEY',
    path: gemini,
    keyHeader: 'x-goog-api-key',
    limit: 'generationConfig',
  },
  {
    slug: 'google-vertex',
    address: `https://\${GOOGLE_VERTEX_ENDPOINT}/v1/projects/\${GOOGLE_VERTEX_PROJECT}/locations/\${GOOGLE_VERTEX_LOCATION}`,
    keyVariable: 'GOOGLE_APPLICATION_CREDENTIALS',
    path: (model) => `/publishers/google${gemini(model)}`,
    limit: 'generationConfig',
  },
  {
    slug: 'amazon-bedrock',
    address: `https://bedrock-runtime.\${AWS_REGION}.amazonaws.com`,
    keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
    path: (model) => `/model/${encodeURIComponent(model)}/converse`,
    limit: 'inferenceConfig',
  },
  {
    slug: 'azure',
    address: `https://\${AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1`,
    keyVariable: 'AZURE_API_KEY',
    keyHeader: 'api-key',
    limit: 'max_completion_tokens',
  },
  { slug: 'mistral', address: 'https://api.mistral.ai/v1', keyVariable: 'MISTRAL_API_KEY' },
  {
    slug: 'cohere',
    address: 'https://api.cohere.com/v2',
    keyVariable: 'COHERE_API_KEY',
    path: () => '/chat',
  },
  { slug: 'groq', address: 'https://api.groq.com/openai/v1', keyVariable: 'GROQ_API_KEY' },
  { slug: 'togetherai', address: 'https://api.together.xyz/v1', keyVariable: 'TOGETHER_API_KEY' },
  {
    slug: 'fireworks-ai',
    address: 'https://api.fireworks.ai/inference/v1',
    keyVariable: 'FIREWORKS_API_KEY',
  },
  { slug: 'deepinfra', address: 'https://api.deepinfra.com/v1/openai', keyVariable: 'DEEPINFRA_API_KEY' },
  { slug: 'deepseek', address: 'https://api.deepseek.com', keyVariable: 'DEEPSEEK_API_KEY' },
  { slug: 'xai', address: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
  { slug: 'cerebras', address: 'https://api.cerebras.ai/v1', keyVariable: 'CEREBRAS_API_KEY' },
  { slug: 'sambanova', address: 'https://api.sambanova.ai/v1', keyVariable: 'SAMBANOVA_API_KEY' },
  { slug: 'novita-ai', address: 'https://api.novita.ai/openai', keyVariable: 'NOVITA_API_KEY' },
  { slug: 'nebius', address: 'https://api.tokenfactory.nebius.com/v1', keyVariable: 'NEBIUS_API_KEY' },
  { slug: 'perplexity', address: 'https://api.perplexity.ai', keyVariable: 'PERPLEXITY_API_KEY' },
  { slug: 'openrouter', address: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY' },
  { slug: 'huggingface', address: 'https://router.huggingface.co/v1', keyVariable: 'HF_TOKEN' },
  {
    slug: 'cloudflare-workers-ai',
    address: `https://api.cloudflare.com/client/v4/accounts/\${CLOUDFLARE_ACCOUNT_ID}/ai/v1`,
    keyVariable: 'CLOUDFLARE_API_KEY',
  },
  { slug: 'moonshotai', address: 'https://api.moonshot.ai/v1', keyVariable: 'MOONSHOT_API_KEY' },
  { slug: 'nvidia', address: 'https://integrate.api.nvidia.com/v1', keyVariable: 'NVIDIA_API_KEY' },
  { slug: 'ollama', address: 'http://127.0.0.1:11434/v1', model: LOCAL_MODEL },
  { slug: 'vllm', address: 'http://127.0.0.1:8000/v1', model: LOCAL_MODEL },
  { slug: 'llama-cpp', address: 'http://127.0.0.1:8080/v1', model: LOCAL_MODEL },
  { slug: 'lmstudio', address: 'http://127.0.0.1:1234/v1', keyVariable: 'LMSTUDIO_API_KEY' },
  { slug: 'sglang', address: 'http://127.0.0.1:30000/v1', model: LOCAL_MODEL },
  { slug: 'tgi', address: 'http://127.0.0.1:8080/v1', model: LOCAL_MODEL },
  { slug: 'of-my-own', address: 'https://inference.example/v9', model: LOCAL_MODEL },
]

const catalog = loadCatalog('/nowhere')
const known = (slug: string) => catalog.providers.find((provider) => provider.slug === slug)

interface Seen {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

describe('every provider', () => {
  let server: Server
  let origin: string
  let folder: string
  let gateway: Gateway
  const seen: Seen[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'meritorder-providers-'))
    server = createServer(async (incoming, reply) => {
      const [path = ''] = (incoming.url ?? '').split('?')
      if (path === '/sts') {
        reply.setHeader('content-type', 'application/json')
        return reply.end(
          JSON.stringify({
            access_token: 'key-of-google-vertex',
            expires_in: 3600,
            token_type: 'Bearer',
            issued_token_type: 'x',
          }),
        )
      }
      const body = (await json(incoming)) as Record<string, unknown>
      seen.push({ path, headers: incoming.headers, body })
      const slug = path.split('/')[1]!
      const family = (known(slug)?.family ?? 'openai-compatible') as WireFamily
      reply.setHeader('content-type', 'application/json')
      reply.end(JSON.stringify(REPLIES[family].whole))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    gateway = await start()
  })
  after(async () => {
    await gateway.close()
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The provider's address with its host replaced by ours. */
  const moved = ({ slug, address }: Documented) => `${origin}/${slug}${pathOf(address)}`

  function start(): Promise<Gateway> {
    const path = join(folder, 'meritorder.yaml')
    writeFileSync(join(folder, 'google.json'), JSON.stringify(federated()), { mode: 0o600 })
    writeFileSync(join(folder, 'subject'), 'subject-token')
    const entries = PROVIDERS.map((provider) => {
      const { slug, model } = provider
      const key = slug === 'google-vertex' ? 'key_file: google.json' : `key: key-of-${slug}`
      const models =
        model === undefined ? '' : `, models: [{ id: ${model}, price: { prompt: 0, completion: 0 } }]`
      return `  ${slug}: { base_url: '${moved(provider)}', ${key}${models} }`
    })
    writeFileSync(path, ['local_servers: { discover: false }', 'providers:', ...entries, ''].join('\n'))
    const environment = { MERITORDER_HOME: join(folder, 'data') }
    const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
    return startGateway({ config, environment, log: createLog('silent') })
  }

  /** An identity of another cloud, which Google's token service exchanges; here that service is ours. */
  function federated() {
    return {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${origin}/sts`,
      credential_source: { file: join(folder, 'subject') },
    }
  }

  for (const provider of PROVIDERS) {
    const { slug, address, keyVariable, path, keyHeader = 'authorization', limit = 'max_tokens' } = provider
    if (slug !== 'of-my-own')
      test(`${slug} is in the catalog with its address, its key and its documentation`, () => {
        const { baseUrl, keyVariables, documentation, family } = known(slug)!
        assert.equal(baseUrl, address)
        if (keyVariable !== undefined) assert.ok(keyVariables.includes(keyVariable), keyVariables.join())
        assert.match(documentation ?? '', /^https:\/\//)
        assert.notEqual(family, 'unsupported')
      })

    test(`${slug} is called as it documents, and its answer comes back`, async () => {
      const { id, model } = offerOf(provider)
      seen.length = 0
      const reply = await request(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({
          model,
          provider: { only: [slug] },
          max_tokens: 77,
          messages: [{ role: 'user', content: 'hello' }],
        }),
      })
      const answer = (await reply.body.json()) as { choices: { message: { content: string } }[] }
      assert.equal(reply.statusCode, 200, JSON.stringify(answer))
      assert.equal(answer.choices[0]?.message.content, TEXT)
      const [{ path: arrived, headers, body }] = seen as [Seen]
      assert.equal(arrived, `/${slug}${pathOf(address)}${path?.(id) ?? '/chat/completions'}`)
      const key = `key-of-${slug}`
      assert.equal(headers[keyHeader], keyHeader === 'authorization' ? `Bearer ${key}` : key)
      assert.match(JSON.stringify(body[limit]), /77/)
      if (body.model !== undefined) assert.equal(body.model, id)
      assert.equal(body.provider, undefined)
    })
  }

  test('there are more than 25 of them', () => {
    assert.ok(PROVIDERS.length > 25, String(PROVIDERS.length))
  })

  /** A text model that only this endpoint of the provider sells. */
  function offerOf({ slug, model }: Documented): { id: string; model: string } {
    if (model !== undefined) return { id: model, model: 'qwen/qwen3-8b' }
    const sold = catalog.endpoints.filter(
      (endpoint) => endpoint.provider === slug && endpoint.baseUrl === undefined,
    )
    const alone = sold.filter(
      (endpoint) =>
        endpoint.family === undefined &&
        endpoint.status === undefined &&
        endpoint.output[0] === 'text' &&
        !/claude|embed|maas/.test(slug === 'google-vertex' ? endpoint.upstreamModel : '') &&
        sold.filter(({ model }) => model === endpoint.model).length === 1,
    )
    const offer = alone.find(({ price }) => price !== undefined) ?? alone[0]
    assert.ok(offer, `the catalog sells nothing of ${slug}`)
    return { id: offer.upstreamModel, model: offer.model }
  }
})

/** The path of an address, its places filled with anything. */
function pathOf(address: string): string {
  return new URL(address.replace(/\$\{\w+\}/g, 'account')).pathname.replace(/\/$/, '')
}
