import type { LeftOut } from '../learn/import/left-out.ts'
import { formatPlural } from './format.ts'

/** What a reader of lines, or of something else, left out, a line a reason; '' for nothing. */
export function leftOutText(leftOut: readonly LeftOut[], what = 'line'): string {
  return leftOut
    .map(
      ({ why, lines, where }) =>
        `Left out ${formatPlural(lines, what)}: each ${why} (${where.join(', ')}${lines > where.length ? ', …' : ''})`,
    )
    .join('\n')
}
