import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { discoverLocalServers } from './local-servers.ts'

const SLUGS = ['ollama', 'llama-cpp', 'vllm', 'lmstudio', 'sglang', 'tgi']
const running: Server[] = []

afterEach(() => {
  for (const server of running.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

type Replies = Record<string, unknown>

/** A server on a free port that answers these paths with JSON (text as it is) and 404 otherwise. */
async function serve(replies: Replies): Promise<number> {
  const server = createServer((request, response) => {
    const reply = replies[request.url ?? '']
    response.statusCode = reply === undefined ? 404 : 200
    response.end(typeof reply === 'string' ? reply : JSON.stringify(reply ?? { error: 'not found' }))
  })
  return listen(server)
}

async function listen(server: Server): Promise<number> {
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A port where nobody listens: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function discover(ports: Record<string, number>, timeoutMs = 2_000) {
  const closed = await closedPort()
  const everywhere = Object.fromEntries(SLUGS.map((slug) => [slug, ports[slug] ?? closed]))
  return discoverLocalServers({ ports: everywhere, timeoutMs })
}

const list = (owner: string, ...ids: string[]) => ({
  object: 'list',
  data: ids.map((id) => ({ id, object: 'model', owned_by: owner })),
})

const ollama: Replies = {
  '/api/version': { version: '0.14.2' },
  '/api/tags': {
    models: [
      { name: 'llama3.2:3b', digest: 'a80c', size: 1, details: { family: 'llama', families: ['llama'] } },
      { name: 'nomic-embed-text:latest', digest: '0a10', details: { families: ['nomic-bert'] } },
    ],
  },
}
const llamaCpp: Replies = {
  '/v1/models': list('llamacpp', 'qwen3-8b-q4_k_m.gguf'),
  '/props': { default_generation_settings: { n_ctx: 8192 }, total_slots: 1, build_info: 'b7001' },
}
const vllm: Replies = {
  '/v1/models': {
    object: 'list',
    data: [{ id: 'chat', owned_by: 'vllm', root: 'meta-llama/Llama-3.3-70B-Instruct', max_model_len: 32768 }],
  },
}
const lmStudio: Replies = {
  '/v1/models': list('organization_owner', 'zai-org/glm-4.7-flash', 'text-embedding-nomic-embed-text-v1.5'),
  '/api/v0/models': { data: [{ id: 'zai-org/glm-4.7-flash', type: 'llm', max_context_length: 131072 }] },
}
const sglang: Replies = {
  '/v1/models': {
    object: 'list',
    data: [{ id: 'qwen/qwen3-8b', owned_by: 'sglang', root: 'qwen/qwen3-8b', max_model_len: 40960 }],
  },
}
const tgi: Replies = {
  '/info': { model_id: 'Qwen/Qwen3-8B', router: 'text-generation-router', max_total_tokens: 2048 },
}

describe('a local server', () => {
  it('of each kind is found on its port with the models that can answer', async () => {
    const ports = {
      ollama: await serve(ollama),
      'llama-cpp': await serve(llamaCpp),
      vllm: await serve(vllm),
      lmstudio: await serve(lmStudio),
      sglang: await serve(sglang),
      tgi: await serve(tgi),
    }
    const found = await discover(ports)
    assert.deepEqual(
      found.map(({ slug, models }) => [slug, models]),
      [
        ['ollama', [{ id: 'llama3.2:3b' }]],
        ['llama-cpp', [{ id: 'qwen3-8b-q4_k_m.gguf', contextTokens: 8192 }]],
        ['vllm', [{ id: 'chat', knownAs: 'meta-llama/Llama-3.3-70B-Instruct', contextTokens: 32768 }]],
        ['lmstudio', [{ id: 'zai-org/glm-4.7-flash', contextTokens: 131072 }]],
        ['sglang', [{ id: 'qwen/qwen3-8b', knownAs: 'qwen/qwen3-8b', contextTokens: 40960 }]],
        ['tgi', [{ id: 'Qwen/Qwen3-8B', contextTokens: 2048 }]],
      ],
    )
    assert.equal(found[0]?.baseUrl, `http://127.0.0.1:${ports.ollama}/v1`)
  })

  it('without a model yet is found empty', async () => {
    const port = await serve({ '/api/version': { version: '0.14.2' }, '/api/tags': { models: [] } })
    assert.deepEqual((await discover({ ollama: port }))[0]?.models, [])
  })

  it('that is not there is not found', async () => {
    assert.deepEqual(await discover({}), [])
  })
})

describe('another program on the port is left alone', () => {
  const strangers: [string, Replies][] = [
    ['a web page', { '/v1/models': '<html>hello</html>', '/api/tags': '<html>hello</html>' }],
    ['a bare OpenAI-compatible server', { '/v1/models': list('organization-owner', 'gpt-4o') }],
    [
      'a server that answers every path alike',
      { '/v1/models': {}, '/api/tags': {}, '/props': {}, '/api/version': {} },
    ],
    ['a list of something else', { '/api/tags': { models: [{ name: 'news' }] }, '/v1/models': { data: [] } }],
    ['JSON that is not an object', { '/v1/models': 'null', '/api/tags': '[]', '/props': '3' }],
  ]
  for (const [name, replies] of strangers) {
    it(name, async () => {
      const port = await serve(replies)
      const everywhere = Object.fromEntries(SLUGS.map((slug) => [slug, port]))
      assert.deepEqual(await discover(everywhere), [])
    })
  }

  it('one of the four on the port of another', async () => {
    const everywhere = {
      ollama: await serve(vllm),
      'llama-cpp': await serve(lmStudio),
      vllm: await serve(llamaCpp),
    }
    assert.deepEqual(await discover(everywhere), [])
  })

  it('one that redirects elsewhere', async () => {
    const target = await serve(vllm)
    const port = await listen(
      createServer((_, response) => {
        response.writeHead(302, { location: `http://127.0.0.1:${target}/v1/models` }).end()
      }),
    )
    assert.deepEqual(await discover({ vllm: port }), [])
  })

  it('one that sends without end', async () => {
    const port = await listen(
      createServer((_, response) => {
        const send = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
        }
        response.on('drain', send)
        send()
      }),
    )
    assert.deepEqual(await discover({ vllm: port }, 10_000), [])
  })

  it('one that accepts and never answers, given up at the time limit', async () => {
    const port = await listen(createServer(() => {}))
    const before = performance.now()
    assert.deepEqual(await discover({ vllm: port, ollama: port }, 50), [])
    assert.ok(performance.now() - before < 5_000)
  })
})
