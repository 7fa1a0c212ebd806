import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import type { Catalog } from '../src/market/offer.ts'
import { type Simulator, startSimulator } from '../src/simulate/simulator.ts'
import { createLog } from '../src/telemetry/log.ts'
import { catalogOf, SERVED } from './clients/families.ts'
import { startGateway } from './start-gateway.ts'

const BEFORE = [
  'refuse',
  'status:503',
  'html',
  'empty',
  'error-in-json',
  'cut:0',
  'early-end:0',
  'error-event:0',
]
const AFTER = ['cut:9', 'early-end:9', 'error-event:9']
const STALL = 'stall:9'
const HARMLESS = ['split-bytes', 'crlf', 'huge-event:4']

const folder = mkdtempSync(join(tmpdir(), 'meritorder-faults-'))
let simulator: Simulator
let gateway: Gateway
before(async () => {
  simulator = await startSimulator({ latency: 'none' })
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(
    path,
    'record: { durability: write }\ntimeouts: { reasoning: { idle_ms: 3000 } }\npolicy: { endpoint_exploration: 0 }\n',
  )
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const catalog = faultyCatalog(catalogOf(SERVED, simulator.url))
  gateway = await startGateway({ config, environment, log: createLog('silent'), catalog })
})
after(async () => {
  await gateway.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

const SUBSTITUTE = 'substitute'
/** An endpoint that has failed is left alone for a while: each fault has a model of its own, for each skin. */
const modelFor = (skin: string, family: string, fault: string) =>
  `${family}/${skin}-${fault}`.replace(/[ :]/g, '-')

/** Models that fail at the provider of their family, and never at the substitute, which speaks chat completions. */
function faultyCatalog(catalog: Catalog): Catalog {
  const baseUrl = `${simulator.url}/${SUBSTITUTE}/v1`
  const substitute = { slug: SUBSTITUTE, name: SUBSTITUTE, family: 'openai-compatible' as const, baseUrl }
  const endpoints = catalog.endpoints.flatMap((endpoint, at) =>
    Object.keys(SKINS).flatMap((skin) =>
      [...BEFORE, ...AFTER, STALL, ...HARMLESS].flatMap((fault) => {
        const model = modelFor(skin, SERVED[at]!.family, fault)
        const id = `${endpoint.provider}/${model}`
        return [
          { ...endpoint, id, model, upstreamModel: `${endpoint.upstreamModel}!${fault}` },
          { ...endpoint, id: `${SUBSTITUTE}/${model}`, model, provider: SUBSTITUTE, upstreamModel: 'good' },
        ]
      }),
    ),
  )
  const slugs = [...new Set(endpoints.map(({ model }) => model))]
  return {
    ...catalog,
    providers: [...catalog.providers, { ...substitute, keyVariables: [], simulated: true }],
    models: slugs.map((slug) => ({ slug, name: slug, openWeights: false, reasoning: true })),
    endpoints,
  }
}

/** How a skin asks for a stream, how that ends well, and how it tells that it does not. */
const SKINS = {
  'chat completions': {
    path: '/chat/completions',
    body: { messages: [{ role: 'user', content: 'hello' }] },
    whole: /data: \[DONE\]\n\n$/,
    broken: /data: \{"error":\{"message".*\}\n\n$/s,
  },
  responses: {
    path: '/responses',
    body: { input: 'hello', store: false },
    whole: /event: response\.completed\ndata: .*\n\n$/s,
    broken: /event: (error|response\.failed)\ndata: .*\n\n$/s,
  },
  messages: {
    path: '/messages',
    body: { max_tokens: 4000, messages: [{ role: 'user', content: 'hello' }] },
    whole: /event: message_stop\ndata: .*\n\n$/s,
    broken: /event: error\ndata: \{"type":"error".*\}\n\n$/s,
  },
} as const

type SkinName = keyof typeof SKINS
const SKIN_NAMES = Object.keys(SKINS) as SkinName[]

/** Streams an answer of the model that has this fault. */
async function streamed(name: SkinName, family: string, fault: string) {
  const { path, body } = SKINS[name]
  const model = modelFor(name, family, fault)
  const provider = { order: [`simulated-${family}`, SUBSTITUTE] }
  const reply = await fetch(`${gateway.url}/v1${path}`, {
    method: 'POST',
    body: JSON.stringify({ model, stream: true, provider, ...body }),
  })
  const text = await reply.text()
  return { status: reply.status, servedBy: reply.headers.get('x-meritorder-provider'), text }
}

const faultsOf = (provider: string) => simulator.counters().providers[provider]?.faulty ?? 0

/** What fails behind the first content ends with the skin's own error event. */
function assertBroken(
  name: SkinName,
  family: string,
  fault: string,
  answer: Awaited<ReturnType<typeof streamed>>,
) {
  const said = `${fault} at ${family} in ${name}`
  assert.deepEqual([answer.status, answer.servedBy], [200, `simulated-${family}`], said)
  assert.match(answer.text, SKINS[name].broken, said)
  assert.doesNotMatch(answer.text, SKINS[name].whole, said)
}

// All at once: each waits for as long as a stream may be idle.
test('a stream that stalls after its first content ends with the skin’s own error event, in every skin and family', async () => {
  const pairs = SKIN_NAMES.flatMap((name) => SERVED.map(({ family }) => [name, family] as const))
  await Promise.all(
    pairs.map(async ([name, family]) =>
      assertBroken(name, family, STALL, await streamed(name, family, STALL)),
    ),
  )
  for (const { family } of SERVED) assert.ok(faultsOf(`simulated-${family}`) >= SKIN_NAMES.length, family)
})

for (const name of SKIN_NAMES)
  for (const { family } of SERVED)
    describe(`${name}, answered by ${family}`, () => {
      const skin = SKINS[name]
      const provider = `simulated-${family}`
      const ask = async (fault: string) => {
        const asked = faultsOf(provider)
        const answer = await streamed(name, family, fault)
        // A kept connection that closes at once is replaced, so a host may be asked twice.
        const happened = faultsOf(provider) - asked
        assert.ok(happened === 1 || happened === 2, `${fault} happened ${happened} times`)
        return answer
      }

      test('what fails before the first content is replaced in silence', async () => {
        for (const fault of BEFORE) {
          const { status, servedBy, text } = await ask(fault)
          assert.deepEqual([status, servedBy], [200, SUBSTITUTE], fault)
          assert.match(text, skin.whole, fault)
        }
      })

      test('what fails after it ends with the skin’s own error event', async () => {
        for (const fault of AFTER) assertBroken(name, family, fault, await ask(fault))
      })

      test('odd framing, bytes that come one by one and an event of 4 MB do no harm', async () => {
        for (const fault of HARMLESS) {
          const { servedBy, text } = await ask(fault)
          assert.equal(servedBy, provider, fault)
          assert.match(text.replaceAll('\r\n', '\n'), skin.whole, fault)
        }
      })
    })
