import { z } from 'zod'

const record = z.object({
  id: z.string(),
  outcome: z.string(),
  status: z.number(),
  provider_name: z.string().nullable(),
  cost_usd: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
})
const page = z.object({ data: z.array(record), next: z.string().nullable() })

/** A recorded call, as far as the run compares it. */
export type ChaosRecord = z.infer<typeof record>

/** Every record of a running gateway, as its own API lists them; what is listed twice comes twice. */
export async function readRecords(url: string): Promise<ChaosRecord[]> {
  const all: ChaosRecord[] = []
  let before = ''
  for (;;) {
    const reply = await fetch(`${url}/v1/generations?limit=1000${before}`)
    if (!reply.ok)
      throw new Error(`the gateway does not list its records: ${reply.status} ${await reply.text()}`)
    const { data, next } = page.parse(await reply.json())
    all.push(...data)
    if (next === null) return all
    before = `&before=${encodeURIComponent(next)}`
  }
}
