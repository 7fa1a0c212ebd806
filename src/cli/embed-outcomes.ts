import { stderr } from 'node:process'
import { progress } from '@clack/prompts'
import type { Config } from '../config/schema.ts'
import { embedTexts } from '../embedders/embed-texts.ts'
import { PROBE } from '../embedders/outside-embedder.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { formatPlural } from './format.ts'
import { withEmbedder } from './with-embedder.ts'

/**
 * Outcomes whose texts carry the vectors of the outside embedder that the configuration names; as they are where it names
 * none. A bar shows on a terminal how far it is.
 */
export async function embedOutcomes(outcomes: Outcomes, config: Config): Promise<Outcomes> {
  const embedded = await withEmbedder(config, async (embedder) => {
    const texts = await embedTexts([...outcomes.texts, PROBE_TEXT], embedder, teller(embedder.name))
    const { vector: probe } = texts.at(-1)!
    return { texts: texts.slice(0, -1), outside: { embedder: embedder.name, probe } }
  })
  return { ...outcomes, ...embedded }
}

const PROBE_TEXT = { text: PROBE, turnStart: 0, turnLength: PROBE.length }

function teller(name: string): (done: number, total: number) => void {
  if (!stderr.isTTY) return () => {}
  let shown: ReturnType<typeof progress> | undefined
  let last = 0
  return (done, total) => {
    if (shown === undefined) {
      shown = progress({ max: total, output: stderr })
      shown.start(`Asking ${name}`)
    }
    shown.advance(done - last, `${done} of ${formatPlural(total, 'text')}`)
    last = done
    if (done === total) shown.stop(`${formatPlural(total, 'text')} embedded by ${name}`)
  }
}
