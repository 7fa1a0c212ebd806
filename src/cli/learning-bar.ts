import { stderr } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { progress } from '@clack/prompts'
import type { Splits } from '../learn/evaluate/folds.ts'
import { formatPlural } from './format.ts'

/** A bar on a terminal, always on stderr; nothing elsewhere. */
export function learningBar({ splits }: Splits): (done: number, total: number) => Promise<void> {
  if (!stderr.isTTY) return async () => {}
  const max = splits.reduce((sum, { test }) => sum + test.length, 0)
  const shown = progress({ max, output: stderr })
  shown.start('Learning')
  let last = 0
  return async (done, total) => {
    const isBeforeFit = done === last
    shown.advance(done - last, `${done} of ${formatPlural(total, 'prompt')}`)
    last = done
    if (done === total)
      shown.stop(`${formatPlural(total, 'prompt')} predicted, each by a fit that had not seen it`)
    // Fitting and predicting hold the thread: without a pause nothing would be drawn.
    await setTimeout(isBeforeFit ? FRAME_MS : 0)
  }
}

/** Longer than the bar takes from one drawing to the next. */
const FRAME_MS = 120
