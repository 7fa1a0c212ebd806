import type { Command } from 'commander'
import { tagValue, timeValue } from './option-values.ts'

/** The filters of `GET /v1/generations` as options. */
export interface GenerationFilters {
  /** Epoch ms. */
  readonly since?: number
  readonly until?: number
  readonly model?: string
  readonly provider?: string
  readonly intent?: string
  readonly caller?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly outcome?: string
  readonly minCost?: string
  readonly maxCost?: string
  readonly rated?: string
  readonly text?: string
}

/** Adds the options to a command. */
export function withFilters(one: Command): Command {
  return one
    .option('--since <time>', 'from this time on: a date, or an age such as 7d, 12h, 30m', timeValue)
    .option('--until <time>', 'up to this time', timeValue)
    .option('-m, --model <slug>', 'answered by this model')
    .option('--provider <slug>', 'answered by this provider')
    .option('--intent <name>', 'of this intent, by our best guess')
    .option('--caller <name>', 'of the caller with this key')
    .option('--tag <key=value>', 'with this tag; may be repeated', tagValue)
    .option('--outcome <name>', 'complete, incomplete, client_closed or failed')
    .option('--min-cost <usd>', 'that cost at least so much')
    .option('--max-cost <usd>', 'that cost at most so much')
    .option('--rated <how>', 'any, good, bad, or a range such as 0.2..0.5')
    .option('--text <words>', 'with these words in request or answer')
}

/** The options as the query of `GET /v1/generations`, which checks them. */
export function filterQuery({ tag = {}, minCost, maxCost, ...filters }: GenerationFilters): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of PLAIN) if (filters[name] !== undefined) query.set(name, String(filters[name]))
  if (minCost !== undefined) query.set('min_cost', minCost)
  if (maxCost !== undefined) query.set('max_cost', maxCost)
  for (const [key, value] of Object.entries(tag)) query.set(`tag.${key}`, value)
  return query
}

const PLAIN = [
  ...(['since', 'until', 'model', 'provider', 'intent'] as const),
  ...(['caller', 'outcome', 'rated', 'text'] as const),
]
