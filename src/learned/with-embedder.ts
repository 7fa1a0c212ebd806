import type { Config } from '../config/schema.ts'
import { createPools } from '../dispatch/pools.ts'
import { openEmbedder } from '../embedders/open-embedder.ts'
import type { OutsideEmbedder } from '../embedders/outside-embedder.ts'

/** Acts with the outside embedder that the configuration names, and closes it afterwards; undefined where it names none. */
export async function withEmbedder<T>(
  { embedder: settings, timeouts, record }: Pick<Config, 'embedder' | 'timeouts' | 'record'>,
  act: (embedder: OutsideEmbedder) => Promise<T>,
): Promise<T | undefined> {
  if (settings === undefined) return undefined
  const pools = createPools({ connectTimeoutMs: timeouts.connect_ms, mayBePrivate: () => true })
  const embedder = openEmbedder(settings, pools, record.data_folder)
  try {
    return await act(embedder)
  } finally {
    await embedder.close()
    await pools.close()
  }
}
