import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { codeOfStatus, MeritorderError } from '../errors.ts'

/** The first start of an embedded database takes seconds, and asking for records waits for it. */
const TIMEOUT_MS = 60_000

const health = z.object({
  status: z.literal('ok'),
  /** Whether all that it sells is simulated; absent in older versions. */
  simulated: z.boolean().default(false),
  models: z.number(),
  endpoints: z.number(),
})
const refusal = z.object({ error: z.object({ message: z.string() }) })

/** What a running gateway says of itself. */
export type GatewayHealth = z.infer<typeof health>

/** Where the gateway of this configuration listens, as this machine reaches it. */
export function gatewayUrl({ host, port }: Config['server']): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** The health of the gateway at `url`; undefined when none runs there (nothing listens, or something else does). */
export async function gatewayHealth(url: string): Promise<GatewayHealth | undefined> {
  try {
    const reply = await fetch(`${url}/health`, { redirect: 'error', signal: AbortSignal.timeout(2_000) })
    return health.safeParse(await reply.json()).data
  } catch {
    return undefined
  }
}

/**
 * Asks a running gateway. Throws MeritorderError with the gateway's own message when it refuses.
 *
 * @param path below `/v1`, with its query.
 * @param key a client key, where the gateway wants one.
 */
export async function askGateway(
  url: string,
  path: string,
  key: string | undefined,
  method: 'GET' | 'DELETE' = 'GET',
): Promise<unknown> {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const reply = await fetch(`${url}/v1${path}`, {
    method,
    headers,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const value: unknown = await reply.json()
  if (reply.ok) return value
  const message = refusal.safeParse(value).data?.error.message ?? `the gateway answered ${reply.status}`
  throw new MeritorderError(codeOfStatus(reply.status), message)
}
