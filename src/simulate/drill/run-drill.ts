import { setTimeout } from 'node:timers/promises'
import { type CalledGateway, type EndedCall, makeCall } from '../callers/call.ts'
import { SKINS } from '../callers/skins.ts'
import type { Simulator } from '../simulator.ts'
import { DRILL_MODEL } from './drill-hosts.ts'
import type { Phase } from './drills.ts'

/** A phase that has been played. */
export interface PlayedPhase {
  readonly phase: Phase
  /** The host that had the fault: the one that answered most calls just before. */
  readonly host: string | undefined
  /** Epoch ms. */
  readonly startedAt: number
  /** In the order in which they began. */
  readonly calls: readonly EndedCall[]
}

export interface DrillRun {
  readonly gateway: CalledGateway
  readonly simulator: Pick<Simulator, 'setFault' | 'clearFaults'>
  readonly phases: readonly Phase[]
  /** Told to the gateway with every call, so that its records can be asked for. */
  readonly tag: string
  /** Hears when a phase is over. */
  readonly tell: (played: PlayedPhase) => void
}

const CALLERS = 8
const WARM_UP_SECONDS = 3
/** A gateway on a busy machine gets more time for so many calls, up to so many times as much. */
const LEAST_CALLS = 80
const SLOWEST = 8
/** Between two calls of a caller, ms: some 100 calls a second in all. */
const REST_MS = 80

/**
 * Plays the phases one after the other: callers in all four dialects, half of them with streams, never rest longer than
 * a moment, while the host that is in use has the phase's fault. Calls are counted to the phase in which they began;
 * those of a few seconds before the first are not.
 */
export async function runDrill({ gateway, simulator, phases, tag, tell }: DrillRun): Promise<PlayedPhase[]> {
  const played: PlayedPhase[] = []
  // A gateway loads what speaks to a host with the first call to it: that is nobody's fault.
  await playPhase(WARM_UP_SECONDS, 0, 'warm-up', tag, gateway)
  for (const phase of phases) {
    const host = phase.fault === undefined ? undefined : inUse(played.at(-1)?.calls ?? [])
    simulator.clearFaults()
    if (phase.fault !== undefined && host !== undefined) {
      const end = phase.fault.ramp === undefined ? {} : { until: phase.seconds }
      simulator.setFault({ ...phase.fault, provider: host, ...end })
    }
    const startedAt = Date.now()
    const calls = await playPhase(phase.seconds, LEAST_CALLS, `${played.length}`, tag, gateway)
    const one = { phase, host, startedAt, calls: calls.sort((a, b) => a.startedAt - b.startedAt) }
    played.push(one)
    tell(one)
  }
  simulator.clearFaults()
  return played
}

async function playPhase(
  seconds: number,
  leastCalls: number,
  name: string,
  tag: string,
  gateway: CalledGateway,
): Promise<EndedCall[]> {
  const startedAt = performance.now()
  const lasts = (factor: number) => performance.now() - startedAt < seconds * 1000 * factor
  const skins = Object.keys(SKINS)
  const calls: EndedCall[] = []
  const goesOn = () => lasts(1) || (calls.length < leastCalls && lasts(SLOWEST))
  const callOn = async (caller: number) => {
    for (let n = 0; goesOn(); n++) {
      const prompt = `Drill ${name}-${caller}-${n}: is anybody there?`
      const skin = skins[(caller + n) % skins.length]!
      const stream = (caller + Math.floor(n / skins.length)) % 2 === 0
      calls.push(await makeCall({ tag, prompt, skin, model: DRILL_MODEL, stream }, gateway))
      await setTimeout(REST_MS)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => callOn(caller)))
  return calls
}

/** Who answered most of the latest calls. */
function inUse(calls: readonly EndedCall[]): string | undefined {
  const latest = calls.filter(({ ending }) => ending === 'whole').slice(-LATEST)
  const counts = Map.groupBy(latest, ({ provider }) => provider)
  const [most] = [...counts].sort(([, a], [, b]) => b.length - a.length)
  return most?.[0]
}

const LATEST = 40
