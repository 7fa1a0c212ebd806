import { request } from 'undici'

interface Target {
  readonly name: string
  readonly port: number
  readonly model: string
}

const STREAMS = 200

/** Median ms from sending the request to the first chunk of a stream whose upstream sends one event every 20 ms. */
export async function timeToFirstChunk(targets: readonly Target[]): Promise<Record<string, number>> {
  const times = new Map<string, number[]>()
  for (let i = 0; i < STREAMS; i++)
    for (const { name, port, model } of targets) {
      const body = JSON.stringify({
        model,
        stream: true,
        user: 'paced',
        messages: [{ role: 'user', content: 'Count to twenty.' }],
      })
      const start = performance.now()
      const reply = await request(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      for await (const _ of reply.body) break
      times.set(name, [...(times.get(name) ?? []), performance.now() - start])
    }
  return Object.fromEntries(
    [...times].map(([name, list]) => [name, list.sort((a, b) => a - b)[STREAMS >> 1]!]),
  )
}
