import type { EmbeddingsRequest } from '../../work-request.ts'
import { costJson } from '../cost-json.ts'
import type { ReplyCaller, ReplyEditor, ReplyFacts } from '../dialect.ts'
import { fromBase64, toBase64 } from './vector-base64.ts'

/**
 * Changes a reply that passes through, and nothing else:
 * - vectors come as the caller asked for them, where the host does not know `encoding_format`
 * - OpenRouter's clients are told the call's own id, the model's slug and the provider
 * - who wants the cost is told it with the tokens
 */
export function createReplyEditor(
  { id, model, provider }: ReplyFacts,
  { openRouter, wantsCost, billOf }: ReplyCaller,
  { encoding }: EmbeddingsRequest,
): ReplyEditor {
  return (value, usage) => {
    const rows = rowsIn(encoding, value.data)
    const set = {
      ...(openRouter && {
        id: JSON.stringify(id),
        model: JSON.stringify(model),
        provider: JSON.stringify(provider),
      }),
      ...(rows !== undefined && { data: JSON.stringify(rows) }),
      ...(wantsCost &&
        usage !== undefined && {
          usage: JSON.stringify({ ...(value.usage as object | undefined), ...costJson(billOf(usage)) }),
        }),
    }
    return Object.keys(set).length === 0 ? undefined : set
  }
}

/** The rows with their vectors in the form asked for; undefined where they are so already. */
function rowsIn(encoding: EmbeddingsRequest['encoding'], data: unknown): unknown[] | undefined {
  const rows = data as readonly { readonly embedding: string | readonly number[] }[]
  if (rows.every(({ embedding }) => (typeof embedding === 'string') === (encoding === 'base64')))
    return undefined
  return rows.map((row) => ({ ...row, embedding: inForm(encoding, row.embedding) }))
}

function inForm(
  encoding: EmbeddingsRequest['encoding'],
  embedding: string | readonly number[],
): string | readonly number[] {
  if (typeof embedding !== 'string') return encoding === 'base64' ? toBase64(embedding) : embedding
  return encoding === 'float' ? Array.from(fromBase64(embedding) ?? []) : embedding
}
