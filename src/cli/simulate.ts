import type { Command } from 'commander'
import { MeritorderError } from '../errors.ts'
import type { Catalog } from '../market/offer.ts'
import { drillConfig } from '../simulate/drill/drill-hosts.ts'
import { DRILLS } from '../simulate/drill/drills.ts'
import { FAULTS } from '../simulate/faults.ts'
import { practiceCatalog } from '../simulate/practice-market.ts'
import { readRecording } from '../simulate/recording.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulate/simulator.ts'
import { command, EXIT, print, remark } from './command.ts'
import { drillGateway, phasesOf } from './drill.ts'
import { reportCardJson } from './drill-json.ts'
import { drillsText, reportCardText } from './drill-text.ts'
import { readFaultFile } from './fault-file.ts'
import { formatCost, formatCount, formatPlural } from './format.ts'
import { configFor } from './load-market.ts'
import { portValue, wholeValue } from './option-values.ts'
import { type RecordsOptions, withGateway } from './recorded-stories.ts'
import { gatewayUrl } from './running-gateway.ts'
import { stopSignal } from './signals.ts'
import { paint, table } from './terminal.ts'

interface SimulateOptions extends RecordsOptions {
  readonly port: number
  readonly seed: number
  readonly instant?: boolean
  readonly recording?: string
  readonly faults?: string
  readonly drill?: string
}

/** `meritorder simulate`: providers to practise on, without keys and without cost. */
export function simulateCommand(): Command {
  return withGateway(
    command('simulate', 'Start simulated providers to practise on. Every answer is simulated.', [
      'simulate',
      'simulate --port 4242 --instant',
      'simulate --recording answers.jsonl.gz',
      'simulate --faults faults.yaml',
      'simulate --drill list',
      'simulate --drill outage                 how a running gateway takes it when a host goes dark',
    ]),
  )
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', portValue, 4242)
    .option('--seed <n>', 'what everything random follows from', wholeValue(0, 2 ** 31), 1)
    .option('--instant', 'answer at once instead of at a provider’s pace')
    .option('--recording <file>', 'also replay recorded answers, as provider `recorded`')
    .option('--faults <file>', 'faults to order at the start, over time too (docs/drill.md)')
    .option('--drill <name>', 'drill a running gateway and report how it did; `list` names the drills')
    .action((options: SimulateOptions) => {
      if (options.drill === undefined) return simulate(options)
      return options.drill === 'list' ? listDrills(options) : drill(options.drill, options)
    })
}

async function simulate({
  port,
  seed,
  instant,
  recording,
  faults,
  ...options
}: SimulateOptions): Promise<void> {
  const orders = faults === undefined ? [] : readFaultFile(faults)
  const recorded = recording === undefined ? {} : { recording: await readRecording(recording) }
  const latency = instant === true ? 'none' : 'real'
  const simulator = await start({ port, seed, latency, ...recorded })
  for (const order of orders) simulator.setFault(order)
  const stopped = stopSignal()
  const catalog = practiceCatalog(simulator.url)
  print(options, simulatorJson(simulator, catalog), () => simulatorText(simulator, catalog))
  await stopped
  await simulator.close()
}

function listDrills({ port, ...options }: SimulateOptions): void {
  const drills = Object.entries(DRILLS).map(([name, { what, phases }]) => ({
    drill: name,
    what,
    seconds: phases.reduce((sum, phase) => sum + phase.seconds, 0),
  }))
  print(options, { drills, config: drillConfig(port) }, () => drillsText(port))
}

/** The hosts of a drill answer at once, so that what a caller waits for is the gateway's doing, or the fault's. */
async function drill(name: string, { port, seed, url, key, ...options }: SimulateOptions): Promise<void> {
  const phases = phasesOf(name)
  const gateway = {
    url: url?.replace(/\/+$/, '') ?? gatewayUrl(configFor(options).config.server),
    ...(key !== undefined && { key }),
  }
  const simulator = await start({ port, seed, latency: 'none' })
  try {
    const card = await drillGateway(gateway, phases, simulator, seed, ({ phase, calls }) =>
      remark(paint('dim', `${phase.name}: ${formatPlural(calls.length, 'call')}`)),
    )
    print(options, reportCardJson(name, gateway.url, card), () => reportCardText(name, card))
    if (!card.passed) process.exitCode = EXIT.failure
  } finally {
    await simulator.close()
  }
}

function start(options: SimulatorOptions & { readonly port: number }): Promise<Simulator> {
  return startSimulator(options).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MeritorderError(
      'server',
      `cannot listen on port ${options.port}: ${why}; choose another with --port`,
      {
        cause,
      },
    )
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
