import type { Command } from 'commander'
import { MeritorderError } from '../errors.ts'
import type { Catalog } from '../market/offer.ts'
import { FAULTS } from '../simulate/faults.ts'
import { practiceCatalog } from '../simulate/practice-market.ts'
import { readRecording } from '../simulate/recording.ts'
import { type Simulator, startSimulator } from '../simulate/simulator.ts'
import { type CommonOptions, command, print } from './command.ts'
import { readFaultFile } from './fault-file.ts'
import { formatCost, formatCount } from './format.ts'
import { portValue, wholeValue } from './option-values.ts'
import { stopSignal } from './signals.ts'
import { paint, table } from './terminal.ts'

interface SimulateOptions extends CommonOptions {
  readonly port: number
  readonly seed: number
  readonly instant?: boolean
  readonly recording?: string
  readonly faults?: string
}

/** `meritorder simulate`: providers to practise on, without keys and without cost. */
export function simulateCommand(): Command {
  return command('simulate', 'Start simulated providers to practise on. Every answer is simulated.', [
    'simulate',
    'simulate --port 4242 --instant',
    'simulate --recording answers.jsonl.gz',
    'simulate --faults faults.yaml',
  ])
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', portValue, 4242)
    .option('--seed <n>', 'what everything random follows from', wholeValue(0, 2 ** 31), 1)
    .option('--instant', 'answer at once instead of at a provider’s pace')
    .option('--recording <file>', 'also replay recorded answers, as provider `recorded`')
    .option('--faults <file>', 'faults to order at the start, over time too (docs/drill.md)')
    .action(async ({ port, seed, instant, recording, faults, ...options }: SimulateOptions) => {
      const orders = faults === undefined ? [] : readFaultFile(faults)
      const recorded = recording === undefined ? {} : { recording: await readRecording(recording) }
      const latency = instant === true ? 'none' : 'real'
      const simulator = await startSimulator({ port, seed, latency, ...recorded }).catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new MeritorderError(
          'server',
          `cannot listen on port ${port}: ${why}; choose another with --port`,
          { cause },
        )
      })
      for (const order of orders) simulator.setFault(order)
      const stopped = stopSignal()
      const catalog = practiceCatalog(simulator.url)
      print(options, simulatorJson(simulator, catalog), () => simulatorText(simulator, catalog))
      await stopped
      await simulator.close()
    })
}

function simulatorJson({ url }: Simulator, { endpoints }: Catalog) {
  return {
    url,
    simulated: true,
    endpoints: endpoints.map(({ id, provider, model, upstreamModel, price }) => ({
      endpoint: id,
      provider,
      model,
      upstream_model: upstreamModel,
      price: price ?? null,
    })),
    faults: Object.keys(FAULTS),
  }
}

function simulatorText({ url }: Simulator, { endpoints }: Catalog): string {
  const offers = table(
    [
      { title: 'Provider' },
      { title: 'Model' },
      { title: 'its id there' },
      { title: '$/M in', align: 'right' },
      { title: '$/M out', align: 'right' },
      { title: 'Context', align: 'right' },
    ],
    endpoints.map(({ provider, model, upstreamModel, price, contextTokens }) => [
      provider,
      model,
      upstreamModel,
      formatCost(Number(price?.prompt) * 1e6),
      formatCost(Number(price?.completion) * 1e6),
      formatCount(contextTokens),
    ]),
  )
  const faults = table(
    [{ title: 'Fault' }, { title: 'What the caller meets' }],
    Object.entries(FAULTS).map(([name, { what, amount }]) => [
      amount === undefined ? name : `${name}:${amount.usual}`,
      amount === undefined ? what : `${what} (${amount.unit})`,
    ]),
  )
  return [
    `${paint('bold', 'Simulated providers')} on ${paint('green', url)}   ${paint('yellow', 'every answer is simulated')}`,
    offers,
    faults,
    `Order a fault by the model's name, MODEL!FAULT, or by a control call:\n  curl -X POST ${url}/control/faults -d '{"fault":"status:503","share":0.5}'`,
    'Stop with Ctrl-C.',
  ].join('\n\n')
}
