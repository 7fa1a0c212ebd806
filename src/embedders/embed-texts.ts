import { setTimeout } from 'node:timers/promises'
import { type ErrorCode, MeritorderError } from '../errors.ts'
import type { PromptText } from '../understand/text.ts'
import { type OutsideEmbedder, textToEmbed } from './outside-embedder.ts'

/** Nobody waits for a single batch when fitting: a slow machine may take its time. */
const BATCH_TIMEOUT_MS = 120_000
/** Waits before a batch is sent again, ms. */
const RETRY_MS = [1_000, 5_000, 20_000]
/** What may be better the next time. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['timeout', 'rate_limit_exceeded', 'provider_unavailable'])

export type EmbeddedText = PromptText & { readonly vector: Float32Array }

/**
 * Gives every text its vector, batch by batch, each distinct text once. A batch that fails in a way that may
 * pass is sent again after 1, 5 and 20 seconds.
 *
 * @param tell called after each batch with how many distinct texts are done, of how many
 * @param wait how to wait so many ms
 * @throws MeritorderError as `OutsideEmbedder.embed`, and `server` for vectors of different lengths
 */
export async function embedTexts(
  texts: readonly PromptText[],
  embedder: OutsideEmbedder,
  tell: (done: number, total: number) => void,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): Promise<readonly EmbeddedText[]> {
  const said = texts.map(textToEmbed)
  const distinct = [...new Set(said)].filter((text) => text !== '')
  const vectors = new Map<string, Float32Array>()
  for (let at = 0; at < distinct.length; at += embedder.batch) {
    const batch = distinct.slice(at, at + embedder.batch)
    const answered = await patiently(() => embedder.embed(batch, AbortSignal.timeout(BATCH_TIMEOUT_MS)), wait)
    for (const [i, text] of batch.entries()) vectors.set(text, answered[i]!)
    tell(at + batch.length, distinct.length)
  }
  const width = widthOf([...vectors.values()], embedder.name)
  return texts.map((text, i) => ({ ...text, vector: vectors.get(said[i]!) ?? new Float32Array(width) }))
}

async function patiently<T>(ask: () => Promise<T>, wait: (ms: number) => Promise<unknown>): Promise<T> {
  for (const ms of RETRY_MS) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof MeritorderError && PASSING.has(error.code))) throw error
      await wait(ms)
    }
  }
  return ask()
}

function widthOf(vectors: readonly Float32Array[], name: string): number {
  const widths = new Set(vectors.map(({ length }) => length))
  if (widths.size > 1)
    throw new MeritorderError(
      'server',
      `The embedder ${name} sent vectors of ${[...widths].join(' and ')} numbers: it was changed meanwhile. Fit again.`,
    )
  return [...widths][0] ?? 1
}
