import type { Config } from '../config/schema.ts'
import { embedTexts } from '../embedders/embed-texts.ts'
import { PROBE } from '../embedders/outside-embedder.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { withEmbedder } from '../learned/with-embedder.ts'

/** What of a configuration an embedder needs. */
export type EmbeddingConfig = Pick<Config, 'embedder' | 'timeouts' | 'record'>

/**
 * Outcomes whose texts carry the vectors of the outside embedder that the configuration names; as they are where it names
 * none.
 *
 * @param teller is told whose vectors they are, and gives what hears how many texts are done, of how many
 */
export async function embedOutcomes(
  outcomes: Outcomes,
  config: EmbeddingConfig,
  teller: (embedder: string) => (done: number, total: number) => void = () => () => {},
): Promise<Outcomes> {
  const embedded = await withEmbedder(config, async (embedder) => {
    const texts = await embedTexts([...outcomes.texts, PROBE_TEXT], embedder, teller(embedder.name))
    const { vector: probe } = texts.at(-1)!
    return { texts: texts.slice(0, -1), outside: { embedder: embedder.name, probe } }
  })
  return { ...outcomes, ...embedded }
}

const PROBE_TEXT = { text: PROBE, turnStart: 0, turnLength: PROBE.length }
