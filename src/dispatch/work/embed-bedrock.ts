import { MeritorderError } from '../../errors.ts'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { BEDROCK_URL, bedrock } from '../providers/amazon-bedrock.ts'
import { cohereOptions } from './cohere-options.ts'
import { embedTranslated } from './embed-translated.ts'

/** The embeddings of Titan, Nova and Cohere on Bedrock, one text a request but for Cohere's. */
export function amazonBedrockEmbeddings(pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return embedTranslated(
    {
      defaultBaseUrl: BEDROCK_URL,
      model: (access, upstreamModel) => bedrock(access).embeddingModel(upstreamModel),
      takesInputType: (_, upstreamModel) => upstreamModel.includes('cohere.embed-'),
      options: (request, upstreamModel) => ({ amazonBedrock: embeddingOptions(request, upstreamModel) }),
    },
    pools,
  )
}

function embeddingOptions(request: EmbeddingsRequest, upstreamModel: string) {
  if (upstreamModel.includes('cohere.embed-')) return cohereOptions(request)
  const { dimensions } = request
  if (dimensions === undefined) return {}
  const isNova = upstreamModel.includes('amazon.nova-')
  const known = isNova ? [256, 384, 1024, 3072] : [256, 512, 1024]
  if (!known.includes(dimensions))
    throw new MeritorderError('invalid_request', `dimensions: this model takes ${known.join(', ')}.`, {
      limit: 'dimensions',
    })
  return isNova ? { embeddingDimension: dimensions } : { dimensions }
}
