import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { loadConfig } from '../src/config/load.ts'
import { createLog } from '../src/telemetry/log.ts'
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts'
import { startGateway } from './start-gateway.ts'

/** A gateway that sells Claude at Anthropic, Gemini at Google and a model at a host that speaks chat completions; all three are one scripted server. */
export interface MessagesGateway {
  readonly url: string
  readonly upstream: ScriptedUpstream
  /** The official client, without retries of its own. */
  readonly client: Anthropic
  /** What the record tells about a call, once it is there. */
  story(id: string | null | undefined): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** One model of each wire family; the last is of a kind that reads images and files, and thinks. */
export const CLAUDE = 'claude-sonnet-4-5'
export const GEMINI = 'google/gemini-2.5-pro'
export const OPEN = 'acme/large'

/** @param yaml more lines of `meritorder.yaml` */
export async function startMessagesGateway(yaml = ''): Promise<MessagesGateway> {
  const upstream = await startScriptedUpstream()
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-messages-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, `${configuration(upstream.url)}${yaml}`)
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const gateway = await startGateway({ config, environment, log: createLog('silent') })
  const { url } = gateway
  return {
    url,
    upstream,
    client: new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 }),
    async story(id) {
      const reply = await fetch(`${url}/v1/generation?id=${id}`)
      return ((await reply.json()) as { data: Record<string, unknown> }).data
    },
    async close() {
      await gateway.close()
      upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(url: string): string {
  return `
local_servers: { discover: false }
policy: { endpoint_exploration: 0 }
providers:
  anthropic: { base_url: "${url}/anthropic/v1", key: sk-upstream }
  google: { base_url: "${url}/google/v1beta", key: sk-upstream }
  acme:
    base_url: ${url}/acme/v1
    key: sk-upstream
    models:
      - { id: large, model: x-ai/grok-4.3, price: { prompt: 1, completion: 2 } }
`
}
