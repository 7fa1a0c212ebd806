import { stderr } from 'node:process'
import { progress } from '@clack/prompts'
import type { Config } from '../config/schema.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { embedOutcomes } from '../train/embed-outcomes.ts'
import { formatPlural } from './format.ts'

/** `embedOutcomes` with a bar on a terminal that shows how far it is. */
export function embedWithBar(outcomes: Outcomes, config: Config): Promise<Outcomes> {
  return embedOutcomes(outcomes, config, teller)
}

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
