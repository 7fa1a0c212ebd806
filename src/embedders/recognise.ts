import { MeritorderError } from '../errors.ts'
import type { OutsideVectors } from '../understand/embedder.ts'
import { type OutsideEmbedder, PROBE } from './outside-embedder.ts'

/** Precision and hardware move a vector by less, another model moves it by far more (cosine). */
const SAME = 0.98

/**
 * Makes sure that the embedder is the one that a predictor was fitted with: the probe still gets the same vector.
 *
 * @throws MeritorderError `server` when it does not; as `OutsideEmbedder.embed`
 */
export async function recognise(
  embedder: OutsideEmbedder,
  { probe }: OutsideVectors,
  signal: AbortSignal,
): Promise<void> {
  const [vector] = await embedder.embed([PROBE], signal)
  checkWidth(embedder, vector!, probe)
  const similarity = probe.reduce((sum, value, v) => sum + value * vector![v]!, 0)
  if (similarity < SAME)
    throw unlike(
      embedder,
      `its vector of the same text has a similarity of ${similarity.toFixed(2)} to what it was`,
    )
}

/** Throws MeritorderError `server` for a vector of another length than those that a predictor was fitted on. */
export function checkWidth(embedder: OutsideEmbedder, vector: Float32Array, probe: Float32Array): void {
  if (vector.length !== probe.length)
    throw unlike(embedder, `it sends ${vector.length} numbers instead of ${probe.length}`)
}

function unlike({ name }: OutsideEmbedder, what: string): MeritorderError {
  return new MeritorderError(
    'server',
    `The embedder ${name} is another than the predictor was fitted with: ${what}. Fit it again with \`meritorder fit --data FILE\`.`,
    { limit: 'embedder' },
  )
}
