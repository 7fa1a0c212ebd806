import { z } from 'zod'
import { MeritorderError } from '../../errors.ts'
import type { CalledGateway } from './call.ts'

const record = z.object({
  id: z.string(),
  outcome: z.string(),
  provider_name: z.string().nullable(),
  cost_usd: z.string().nullable(),
  attempts: z.array(z.object({ provider: z.string(), error: z.unknown().optional() })),
  tags: z.record(z.string(), z.string()),
})
const page = z.object({ data: z.array(record), next: z.string().nullable() })

/** A call as the gateway has recorded it, as far as it is compared with what the caller saw. */
export type CallRecord = z.infer<typeof record>

const PAGE = 1000

/**
 * Every record of a running gateway, or those of one tag `app`, as its own API lists them; what is listed twice comes twice.
 * Throws MeritorderError `server` where they cannot be had.
 */
export async function readRecords(
  { url, key }: Pick<CalledGateway, 'url' | 'key'>,
  tag?: string,
): Promise<CallRecord[]> {
  const all: CallRecord[] = []
  const query = new URLSearchParams({ limit: String(PAGE), ...(tag !== undefined && { 'tag.app': tag }) })
  for (;;) {
    const reply = await fetch(`${url}/v1/generations?${query}`, {
      ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    })
    if (!reply.ok) {
      const words = (await reply.text()).slice(0, 300)
      throw new MeritorderError('server', `the gateway does not list its records: ${reply.status} ${words}`)
    }
    const { data, next } = page.parse(await reply.json())
    all.push(...data)
    if (next === null) return all
    query.set('before', next)
  }
}
