import type { Command } from 'commander'
import { z } from 'zod'
import { command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { configFor } from './load-market.ts'
import { type RecordsOptions, withGateway } from './recorded-stories.ts'
import { askGateway, gatewayUrl } from './running-gateway.ts'
import { paint, printable } from './terminal.ts'

/** `meritorder drift`: what has changed beneath the predictions. */
export function driftCommand(): Command {
  return withGateway(
    command(
      'drift',
      'Show models that answer worse than they did, changed prices, and shifts in what is asked.',
      ['drift', 'drift --json'],
    ),
  ).action(drift)
}

const price = z.object({ prompt: z.string(), completion: z.string() })
const shown = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('quality'),
    at: z.string(),
    model: z.string(),
    ratings: z.number(),
    before: z.number(),
    since: z.number(),
  }),
  z.object({
    kind: z.literal('intents'),
    at: z.string(),
    moved: z.number(),
    shifts: z.array(z.object({ intent: z.string(), before: z.number(), since: z.number() })),
  }),
  z.object({
    kind: z.literal('price'),
    at: z.string(),
    model: z.string(),
    endpoint: z.string(),
    before: price,
    since: price,
  }),
])
const reply = z.object({ data: z.array(shown) })

async function drift(options: RecordsOptions): Promise<void> {
  const { config } = configFor(options)
  const url = options.url?.replace(/\/+$/, '') ?? gatewayUrl(config.server)
  const { data } = reply.parse(await askGateway(url, '/drift', options.key))
  print(options, { data }, () =>
    data.length === 0 ? 'Nothing has changed that could be seen.' : data.map(line).join('\n'),
  )
}

function line(one: z.infer<typeof shown>): string {
  const when = one.at.slice(0, 16).replace('T', ' ')
  return `${when}  ${told(one)}`
}

function told(one: z.infer<typeof shown>): string {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  switch (one.kind) {
    case 'quality':
      return `${paint('bold', printable(one.model, 60))} is rated worse by ${(100 * (one.before - one.since)).toFixed(0)} points since ${formatPlural(one.ratings, 'rating')}`
    case 'intents':
      return `${percent(one.moved)} of what is asked has shifted: ${one.shifts.map(({ intent, before, since }) => `${printable(intent, 40)} ${percent(before)} → ${percent(since)}`).join(', ')}`
    case 'price':
      return `${paint('bold', printable(one.endpoint, 60))} costs ${perMillion(one.since)} USD per million tokens, before ${perMillion(one.before)}`
  }
}

function perMillion({ prompt, completion }: z.infer<typeof price>): string {
  const usd = (perToken: string) => String(Number((Number(perToken) * 1e6).toPrecision(4)))
  return `${usd(prompt)} / ${usd(completion)}`
}
