import { z } from 'zod'
import type { RatedCall } from '../learn/rated-outcomes.ts'
import { dialectNamed } from '../serve/dialects.ts'

/** The fields of a story that a rated call is made of. */
const story = z.object({
  dialect: z.string(),
  strategy: z.string(),
  model: z.string().nullable(),
  outcome: z.string(),
  cost_usd: z.string().nullable(),
  native_tokens_completion: z.number(),
  request: z.record(z.string(), z.unknown()).nullable().catch(null),
  ratings: z.array(z.object({ kind: z.string(), value: z.number().optional() })),
})

/** A story as a rated call, or why it is none: it completes "each call …". */
export function ratedCallOf(value: unknown): RatedCall | string {
  const { data } = story.safeParse(value)
  if (data === undefined) return 'was recorded by another version in another form'
  if (data.model === null || data.outcome !== 'complete') return 'brought no whole answer'
  const quality = qualityOf(data.ratings)
  if (quality === undefined) return 'has neither a score nor a thumb'
  if (data.request === null) return 'was recorded without its prompt (record.storage)'
  const messages = messagesOf(data.dialect, data.request)
  if (messages === undefined) return 'is in a dialect that is not known here, or its prompt cannot be read'
  return {
    messages,
    model: data.model,
    quality,
    costUsd: data.cost_usd === null ? undefined : Number(data.cost_usd),
    completionTokens: data.native_tokens_completion,
  }
}

/** The score, which says more, else the thumb; the mean where several callers gave one. */
export function qualityOf(
  ratings: readonly { readonly kind: string; readonly value?: number | undefined }[],
): number | undefined {
  for (const kind of ['score', 'thumb']) {
    const values = ratings.flatMap((rating) => (rating.kind === kind ? (rating.value ?? []) : []))
    if (values.length > 0) return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return undefined
}

function messagesOf(
  dialect: string,
  body: Readonly<Record<string, unknown>>,
): readonly unknown[] | undefined {
  try {
    return dialectNamed(dialect)?.readRequest(body).messages
  } catch {
    return undefined
  }
}
