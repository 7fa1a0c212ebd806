import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import type { Gateway } from '../../src/gateway.ts'
import { createLog, type Log } from '../../src/telemetry/log.ts'
import { json, type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { startGateway } from '../start-gateway.ts'

/** A real gateway that sells two models, `acme/large` and `acme/small` with its small window, of a host that says what a test wants. */
export interface WithUpstream {
  readonly gateway: Gateway
  readonly upstream: ScriptedUpstream
  readonly folder: string
  /** Path of `meritorder.yaml`, which is watched. */
  readonly path: string
  post(body: object, path?: string, headers?: Record<string, string>): Promise<Response>
  /** What is recorded of a call. */
  story(reply: Response): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** @param yaml the file, given the host's address @param log where the gateway writes */
export async function startWithUpstream(
  yaml: (url: string) => string = selling,
  log: Log = createLog('silent'),
): Promise<WithUpstream> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-failures-'))
  const path = join(folder, 'meritorder.yaml')
  const upstream = await startScriptedUpstream()
  upstream.answer(answering('hello'))
  writeFileSync(path, yaml(upstream.url))
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const load = () => loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } }).config
  const gateway = await startGateway({ config: load(), environment, log, watch: { path, load } })
  return {
    gateway,
    upstream,
    folder,
    path,
    post: (body, at = '/v1/chat/completions', headers = {}) =>
      fetch(`${gateway.url}${at}`, { method: 'POST', body: JSON.stringify(body), headers }),
    async story(reply) {
      const id = reply.headers.get('x-generation-id')
      const told = await fetch(`${gateway.url}/v1/generation?id=${id}`)
      return ((await told.json()) as { data: Record<string, unknown> }).data
    },
    async close() {
      await gateway.close()
      upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The configuration of one host, `acme`, and whatever else. */
export function selling(url: string, rest = ''): string {
  return `local_servers: { discover: false }
providers:
  acme:
    base_url: ${url}/v1
    key: sk-of-acme
    models:
      - { id: large-1, model: acme/large, price: { prompt: 1, completion: 2 } }
      - { id: small-1, model: acme/small, context: 32000, price: { prompt: 1, completion: 2 } }
${rest}`
}

/** A whole answer in chat completions. */
export function answering(content: string, id = 'theirs') {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
  return json({ id, object: 'chat.completion', created: 1, model: 'large-1', choices, usage })
}

export const CALL = { model: 'acme/large', messages: [{ role: 'user', content: 'hello' }] }

/** A loaded machine is slow; what has not happened by then does not. */
const LONG_ENOUGH_MS = 120_000

/** Asks until it is so. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + LONG_ENOUGH_MS
  while (!(await holds())) {
    assert.ok(performance.now() < end, 'it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** What `/health` says of calls. */
export async function callsAt({ url }: Gateway): Promise<Record<string, number>> {
  return ((await (await fetch(`${url}/health`)).json()) as { calls: Record<string, number> }).calls
}
