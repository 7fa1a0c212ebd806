import type { Config } from './schema.ts'

/** Host names and addresses that the configuration names itself: its owner knows where they are. */
export function ownHosts({ providers, embedder }: Config): ReadonlySet<string> {
  const urls = Object.values(providers).flatMap(({ base_url }) => base_url ?? [])
  if (embedder?.kind === 'http') urls.push(embedder.baseUrl)
  return new Set(urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')))
}
