import type { ModelShare } from '../learn/evaluate/model-shares.ts'
import { bar } from './format.ts'
import { paint, printable, table } from './terminal.ts'

const SHOWN = 10

/** Who got the prompts, the most first; ten of them. */
export function sharesTable(given: readonly ModelShare[]): string {
  const rows = given
    .slice(0, SHOWN)
    .map(({ model, share }) => [
      `  ${printable(model, 40)}`,
      `${paint('cyan', bar(share, 16))} ${(share * 100).toFixed(1).padStart(5)} %`,
    ])
  const more =
    given.length > SHOWN ? `\n  ${paint('dim', `… and ${given.length - SHOWN} more (--json)`)}` : ''
  return table([{ title: '  Chosen' }, { title: 'for' }], rows) + more
}
