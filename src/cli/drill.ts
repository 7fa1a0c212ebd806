import { randomUUID } from 'node:crypto'
import { Agent } from 'undici'
import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { type CalledGateway, makeCall } from '../simulate/callers/call.ts'
import { readRecords } from '../simulate/callers/records.ts'
import { DRILL_HOSTS, DRILL_MODEL, drillConfig } from '../simulate/drill/drill-hosts.ts'
import { DRILLS, type Phase } from '../simulate/drill/drills.ts'
import { type ReportCard, reportCard } from '../simulate/drill/report-card.ts'
import { type PlayedPhase, runDrill } from '../simulate/drill/run-drill.ts'
import type { Simulator } from '../simulate/simulator.ts'
import { askGateway, gatewayHealth } from './running-gateway.ts'

export interface DrilledGateway {
  readonly url: string
  readonly key?: string
}

/** The phases of a drill; throws MeritorderError `invalid_request` that names the drills there are. */
export function phasesOf(drill: string): readonly Phase[] {
  const known = Object.hasOwn(DRILLS, drill) ? DRILLS[drill] : undefined
  if (known !== undefined) return known.phases
  const names = Object.keys(DRILLS).join(', ')
  throw new MeritorderError(
    'invalid_request',
    `there is no drill ${JSON.stringify(drill)}; choose one of ${names}, or list them: --drill list`,
    {
      limit: 'drill',
    },
  )
}

/**
 * Drills a running gateway with the hosts of a simulator and says how it did.
 *
 * @throws MeritorderError where no gateway runs at the address, where it does not sell the drill's model at all of the
 *   drill's hosts (with the lines that it needs), or where its calls do not come to this simulator
 */
export async function drillGateway(
  { url, key }: DrilledGateway,
  phases: readonly Phase[],
  simulator: Simulator,
  seed: number,
  tell: (played: PlayedPhase) => void,
): Promise<ReportCard> {
  const port = Number(new URL(simulator.url).port)
  await requireHosts({ url, ...(key !== undefined && { key }) }, port)
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const gateway: CalledGateway = {
    url,
    ...(key !== undefined && { key }),
    dispatcher,
    seed,
    deadlineMs: DEADLINE_MS,
  }
  const tag = `drill ${randomUUID()}`
  try {
    await requireArrival(gateway, simulator)
    const played = await runDrill({ gateway, simulator, phases, tag, tell })
    return reportCard(played, await readRecords(gateway, tag))
  } finally {
    await dispatcher.close()
  }
}

/** The longest fault of a drill takes 2 s at each of three hosts; what goes beyond this hangs. */
const DEADLINE_MS = 30_000

const offered = z.object({ data: z.object({ endpoints: z.array(z.object({ tag: z.string() })) }) })

async function requireHosts({ url, key }: DrilledGateway, port: number): Promise<void> {
  if ((await gatewayHealth(url)) === undefined) {
    throw new MeritorderError(
      'not_found',
      `no gateway answers at ${url}; start it, or name another with --url`,
    )
  }
  const sellers = await askGateway(url, `/models/${DRILL_MODEL}/endpoints`, key).then(
    (reply) => offered.parse(reply).data.endpoints.map(({ tag }) => tag),
    (error: unknown): string[] => {
      if (error instanceof MeritorderError && error.code === 'not_found') return []
      throw error
    },
  )
  const missing = DRILL_HOSTS.filter((host) => !sellers.includes(host))
  if (missing.length === 0) return
  throw new MeritorderError(
    'not_found',
    `the gateway at ${url} does not sell ${DRILL_MODEL} at ${missing.join(', ')}. Add these lines to its meritorder.yaml for the drill, and take them out again afterwards:\n\n${drillConfig(port)}`,
  )
}

/** Makes one call, to see that it comes to this simulator. */
async function requireArrival(gateway: CalledGateway, simulator: Simulator): Promise<void> {
  const plan = { tag: 'drill', prompt: 'Is anybody there?', skin: 'chat completions', model: DRILL_MODEL }
  const { why } = await makeCall({ ...plan, stream: false }, gateway)
  if (simulator.counters().requests > 0) return
  const addresses = `base_url of ${DRILL_HOSTS.join(', ')} must have its address`
  const said = why === '' ? '' : `. The gateway said: ${why}`
  throw new MeritorderError(
    'not_found',
    `no call came to the simulator at ${simulator.url}: ${addresses}${said}`,
  )
}
