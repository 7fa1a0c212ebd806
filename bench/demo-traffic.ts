/** Drives a running gateway as an application would: recorded prompts through the official client, then its records. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { z } from 'zod'
import type { RecordedRow, Recording } from '../src/simulate/recording.ts'
import { RECORDED_PROVIDER, replayCatalog } from '../src/simulate/replay.ts'
import { startSimulator } from '../src/simulate/simulator.ts'
import type { DemoCall } from './demo-report.ts'

export interface DemoTraffic {
  readonly calls: readonly DemoCall[]
  /** Prompts that got no whole answer, and why. */
  readonly failures: readonly { readonly promptId: string; readonly reason: string }[]
}

const AT_A_TIME = 16

const RECORD = z.object({
  data: z.object({
    outcome: z.string(),
    endpoint: z.string().startsWith(`${RECORDED_PROVIDER}/`),
    cost_usd: z.string(),
    overhead_ms: z.number(),
    simulated: z.literal(true),
  }),
})

/**
 * Starts the replay upstream and a gateway with an empty data folder, sends every recorded prompt with `model` (`auto` or
 * `auto:<policy>`) restricted to the recorded models (streaming, 16 at a time), and then reads each call's record. Everything is
 * stopped and removed at the end. `path` is the recording's file, for the gateway's own process.
 */
export async function driveDemo(
  recording: Recording,
  path: string,
  model: string,
  onAnswer: (answered: number) => void,
): Promise<DemoTraffic> {
  const folder = await mkdtemp(join(tmpdir(), 'meritorder-demo-'))
  const upstream = await startSimulator({ port: 0, latency: 'none', recording })
  const gateway = fork(fileURLToPath(new URL('./demo-gateway.ts', import.meta.url)), [
    path,
    upstream.url,
    folder,
  ])
  try {
    const url = await addressOf(gateway)
    return await sendAll(url, recording, model, onAnswer)
  } finally {
    if (gateway.exitCode === null) {
      const exited = once(gateway, 'exit')
      gateway.disconnect()
      await exited
    }
    await upstream.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function addressOf(gateway: ChildProcess): Promise<string> {
  const started = await Promise.race([once(gateway, 'message'), once(gateway, 'exit')])
  if (typeof started[0] === 'string') return started[0]
  throw new Error(`the demo's gateway did not start (exit code ${started[0]}); its message stands above`)
}

async function sendAll(
  url: string,
  recording: Recording,
  model: string,
  onAnswer: (answered: number) => void,
): Promise<DemoTraffic> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'local', maxRetries: 0 })
  const allowed = replayCatalog('', recording).models.map(({ slug }) => slug)
  const sent: { row: RecordedRow; generation: string }[] = []
  const failures: { promptId: string; reason: string }[] = []
  const waiting = recording.rows.values()
  const send = async () => {
    for (const row of waiting) {
      try {
        sent.push({ row, generation: await ask(client, model, row.prompt, allowed) })
      } catch (error) {
        failures.push({ promptId: row.id, reason: error instanceof Error ? error.message : String(error) })
      }
      onAnswer(sent.length + failures.length)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, send))
  const calls: DemoCall[] = []
  for (const { row, generation } of sent) calls.push(await readCall(url, row, generation))
  return { calls, failures }
}

/** Sends one prompt and reads its stream to the end; returns the generation's id. Rejects where the answer is not whole. */
async function ask(
  client: OpenAI,
  model: string,
  prompt: string,
  allowed: readonly string[],
): Promise<string> {
  const body = {
    model,
    messages: [{ role: 'user' as const, content: prompt }],
    stream: true as const,
    plugins: [{ id: 'auto-router', allowed_models: allowed }],
  }
  const { data, response } = await client.chat.completions.create(body).withResponse()
  let finished = false
  for await (const chunk of data) finished ||= chunk.choices[0]?.finish_reason === 'stop'
  const generation = response.headers.get('x-meritorder-generation-id')
  if (!finished || generation === null) throw new Error('the stream ended without a finish reason or an id')
  return generation
}

async function readCall(url: string, row: RecordedRow, generation: string): Promise<DemoCall> {
  const response = await fetch(`${url}/v1/generation?id=${encodeURIComponent(generation)}`)
  if (!response.ok) throw new Error(`no record of generation ${generation}: status ${response.status}`)
  const { data } = RECORD.parse(await response.json())
  return {
    promptId: row.id,
    model: data.endpoint.slice(RECORDED_PROVIDER.length + 1),
    costUsd: Number(data.cost_usd),
    overheadMs: data.overhead_ms,
  }
}
