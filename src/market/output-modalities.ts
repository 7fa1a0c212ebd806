import type { Endpoint, Modality } from './offer.ts'

/** What an endpoint makes, in OpenRouter's words: vectors and rankings are outputs like any other. */
export type OutputModality = Modality | 'embeddings' | 'rerank'

/**
 * What an endpoint makes. The catalog says `text` of models that make vectors or rank documents; their names tell
 * them apart (models.dev's hosts, and the common open models that people serve themselves).
 */
export function outputModalities({ model, upstreamModel, output }: Endpoint): readonly OutputModality[] {
  if (RANKS.test(model) || RANKS.test(upstreamModel)) return ['rerank']
  if (EMBEDS.test(model) || EMBEDS.test(upstreamModel)) return ['embeddings']
  return output
}

const RANKS = /rerank|colbert/i

const EMBEDS =
  /embed|(?:^|[/@.:-])(?:bge-|e5-(?:small|base|large|mistral)|multilingual-e5|gte-|voyage-|all-mini-?lm|multi-qa-|paraphrase-multilingual|snowflake-arctic-|stella[-_])/i
