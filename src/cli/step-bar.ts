import { stderr } from 'node:process'
import { progress } from '@clack/prompts'

/** Work of so many steps behind a progress bar on stderr where it is a terminal, nothing elsewhere. */
export function withStepBar<T>(steps: number, work: (step: (message: string) => void) => T): T {
  if (!stderr.isTTY) return work(() => {})
  const bar = progress({ max: steps, output: stderr })
  bar.start('Fitting')
  const result = work((message) => bar.advance(1, message))
  bar.stop('Fitted')
  return result
}
