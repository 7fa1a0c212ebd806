import { type Command, Option } from 'commander'
import { z } from 'zod'
import { command, print } from './command.ts'
import { formatCarbon } from './format.ts'
import { timeValue, wholeValue } from './option-values.ts'
import { climateSums, type RecordsOptions, withGateway } from './recorded-stories.ts'
import { paint, printable, table } from './terminal.ts'

interface ClimateOptions extends RecordsOptions {
  readonly by: 'day' | 'key'
  /** Epoch ms. */
  readonly since?: number
  readonly limit: number
}

const sum = z.object({
  calls: z.number(),
  estimated_calls: z.number(),
  carbon_low_g: z.number(),
  carbon_g: z.number(),
  carbon_high_g: z.number(),
  day: z.string().optional(),
  key: z.string().optional(),
})
const reply = z.object({ since: z.string(), until: z.string(), data: z.array(sum) })

/** `meritorder climate`: what recorded calls have emitted, by day or by key. */
export function climateCommand(): Command {
  return withGateway(
    command('climate', 'Sum up what recorded calls have emitted, by day or by key.', [
      'climate',
      'climate --by key --since 7d',
      'climate --since 2026-01-01 --json',
    ]),
  )
    .addOption(new Option('--by <what>', 'day or key').choices(['day', 'key']).default('day'))
    .option('--since <time>', 'from then on: 7d, 12h, 2026-11-26 (default: 30 days)', timeValue)
    .option('-n, --limit <n>', 'how many rows', wholeValue(1, 1_000), 100)
    .action(async (options: ClimateOptions) => {
      const query = new URLSearchParams({ by: options.by, limit: String(options.limit) })
      if (options.since !== undefined) query.set('since', String(options.since))
      const sums = await climateSums(query, options)
      print(options, sums, () => climateText(reply.parse(sums), options.by))
    })
}

function climateText({ since, until, data }: z.infer<typeof reply>, by: 'day' | 'key'): string {
  if (data.length === 0) return `No calls are recorded from ${since} to ${until}, simulated ones aside.`
  const rows = data.map((one) => [
    printable(one[by] ?? '', 60),
    String(one.calls),
    formatCarbon(one.carbon_low_g),
    paint('bold', formatCarbon(one.carbon_g)),
    formatCarbon(one.carbon_high_g),
  ])
  const columns = [
    { title: by === 'day' ? 'Day (UTC)' : 'Key' },
    { title: 'Calls', align: 'right' },
    { title: 'CO₂e low', align: 'right' },
    { title: 'middle', align: 'right' },
    { title: 'high', align: 'right' },
  ] as const
  const left = data.reduce((calls, one) => calls + one.calls - one.estimated_calls, 0)
  const note =
    left === 0 ? '' : `\n${paint('dim', `${left} of the calls wrote no text and are not estimated.`)}`
  return table(columns, rows) + note
}
