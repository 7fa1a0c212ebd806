import type { Config } from '../config/schema.ts'
import type { DispatchContext } from '../dispatch/dispatch.ts'
import { lazySend } from '../dispatch/lazy-send.ts'
import type { Pools } from '../dispatch/pools.ts'
import { azureEmbeddings } from '../dispatch/providers/azure.ts'
import type { TimeoutsByClass } from '../dispatch/timeouts.ts'
import { embedOpenAi } from '../dispatch/work/embed-openai.ts'
import { rerankAt } from '../dispatch/work/rerank.ts'
import type { EmbeddingsSkin } from '../receive/dialects/embeddings.ts'
import type { RerankSkin } from '../receive/dialects/rerank.ts'
import { STEERING_FIELDS } from '../receive/wishes.ts'

/** Who gets vectors from the hosts of each wire family that sells any. Packages are loaded when first needed. */
export function embeddingsContext(
  base: DispatchContext,
  pools: Pools,
  config: Config,
): DispatchContext<EmbeddingsSkin> {
  return {
    ...base,
    timeouts: timeoutsOfWork(config),
    senders: {
      'openai-compatible': embedOpenAi(pools, STEERING_FIELDS),
      azure: azureEmbeddings(pools, STEERING_FIELDS),
      google: lazySend<EmbeddingsSkin>(async () =>
        (await import('../dispatch/providers/google.ts')).googleEmbeddings(pools),
      ),
      cohere: lazySend<EmbeddingsSkin>(async () =>
        (await import('../dispatch/providers/cohere.ts')).cohereEmbeddings(pools),
      ),
      mistral: lazySend<EmbeddingsSkin>(async () =>
        (await import('../dispatch/providers/mistral.ts')).mistralEmbeddings(pools),
      ),
      'amazon-bedrock': lazySend<EmbeddingsSkin>(async () =>
        (await import('../dispatch/work/embed-bedrock.ts')).amazonBedrockEmbeddings(pools),
      ),
    },
  }
}

/** Who has documents ranked: hosts of Jina's, Cohere's and Voyage's shapes. */
export function rerankContext(
  base: DispatchContext,
  pools: Pools,
  config: Config,
): DispatchContext<RerankSkin> {
  return {
    ...base,
    timeouts: timeoutsOfWork(config),
    senders: {
      'openai-compatible': rerankAt(pools, ''),
      cohere: rerankAt(pools, 'https://api.cohere.com/v2'),
    },
  }
}

/** Nothing of it streams, and no model thinks for long. */
function timeoutsOfWork({ timeouts }: Config): TimeoutsByClass {
  const { whole_ms: wholeMs, total_ms: totalMs } = timeouts.work
  const phases = { firstByteMs: wholeMs, wholeMs, idleMs: wholeMs, totalMs }
  return { ordinary: phases, reasoning: phases }
}
