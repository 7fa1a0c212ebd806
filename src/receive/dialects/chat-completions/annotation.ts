import type { LanguageModelV4Source } from '@ai-sdk/provider'
import { isObject } from '../../../json/is-object.ts'

/**
 * A source as OpenAI's `url_citation`; empty for documents, which have no place there. The packages do not tell which words
 * rest on it, so it is cited at no length, at the beginning.
 */
export function annotationOf(source: LanguageModelV4Source) {
  if (source.sourceType !== 'url') return []
  const { url, title } = source
  const cited = isObject(source.providerMetadata?.anthropic)
    ? source.providerMetadata.anthropic.citedText
    : undefined
  return [
    {
      type: 'url_citation',
      url_citation: {
        url,
        title: title ?? '',
        start_index: 0,
        end_index: 0,
        ...(typeof cited === 'string' && { content: cited }),
      },
    },
  ]
}
