import type { LanguageModelV4Source } from '@ai-sdk/provider'

/**
 * What an answer rests on, as an annotation of its text. The packages do not tell which words rest on it, so it stands
 * at the beginning, without length.
 */
export function annotationOf(source: LanguageModelV4Source) {
  if (source.sourceType === 'url') {
    const { url, title = '' } = source
    return { type: 'url_citation', url, title, start_index: 0, end_index: 0 } as const
  }
  return { type: 'file_citation', file_id: source.id, filename: source.title, index: 0 } as const
}

export type Annotation = ReturnType<typeof annotationOf>
