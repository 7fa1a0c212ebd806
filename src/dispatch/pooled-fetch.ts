import { fetch } from 'undici'
import { MeritorderError } from '../errors.ts'
import { boundedReply } from './bounded-reply.ts'
import type { Pools } from './pools.ts'

/** What a model answers with; an error page that calls itself a success does not. */
const ANSWER = /json|event-?stream/

/**
 * A `fetch` for provider packages: over our pools, and only to the provider's own host, because the requests carry
 * its key. Redirects are not followed, and replies without end are given up.
 *
 * The returned function throws MeritorderError `provider_unavailable` for a success that is no model's answer.
 */
export function pooledFetch(
  pools: Pools,
  baseUrl: string,
  provider: string,
  fresh?: true,
): typeof globalThis.fetch {
  const { origin } = new URL(baseUrl)
  return async (input, init) => {
    const url = String(input)
    if (new URL(url).origin !== origin)
      throw new MeritorderError('server', `A request for ${provider} was about to leave for another host.`, {
        provider,
      })
    const reply = await fetch(url, {
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : null,
      signal: init?.signal ?? null,
      redirect: 'manual',
      dispatcher: pools.of(origin, fresh),
    })
    const type = reply.headers.get('content-type') ?? 'an unnamed type'
    if (!reply.ok || ANSWER.test(type)) return boundedReply(reply, provider)
    await reply.body?.cancel()
    throw new MeritorderError('provider_unavailable', `${provider} sent no answer but ${type}.`, { provider })
  }
}
