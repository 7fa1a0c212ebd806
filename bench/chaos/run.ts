import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Agent } from 'undici'
import {
  type CalledGateway,
  type EndedCall,
  makeCall,
  type PlannedCall,
} from '../../src/simulate/callers/call.ts'
import { readRecords } from '../../src/simulate/callers/records.ts'
import { SKINS } from '../../src/simulate/callers/skins.ts'
import { drawOne, type Random, seededRandom } from '../../src/simulate/seeded-random.ts'
import { startSimulator } from '../../src/simulate/simulator.ts'
import { freePort, type GatewayProcess, startGatewayProcess } from '../gateway-process.ts'
import type { Evidence, Kill, MemorySample } from './evidence.ts'
import { gatewayYaml, SELLERS } from './market.ts'
import { drawWeather } from './weather.ts'

export interface ChaosOptions {
  readonly seconds: number
  readonly callers: number
  readonly seed: number
  /** Hears about once a second how many calls have ended. */
  readonly tell: (seconds: number, calls: number) => void
}

/** When the gateway is killed, in shares of the run; what is left is long enough to see its memory. */
const KILLS_AT = [0.1, 0.25]
/** Three hosts may take 12 s each, an answer some 8 s, and the machine its time. */
const DEADLINE_MS = 60_000
/** A caller that found no gateway asks again after this, ms. */
const RETRY_MS = 500

/**
 * Runs a gateway with hosts that fail at random and callers that never rest, kills it twice, and returns what was
 * seen. Everything is stopped and removed at the end. Rejects where a gateway does not start.
 */
export async function runChaos({ seconds, callers, seed, tell }: ChaosOptions): Promise<Evidence> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-chaos-'))
  const simulator = await startSimulator({ seed })
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const called = { url, dispatcher: agent, seed, deadlineMs: DEADLINE_MS }
  const config = join(folder, 'meritorder.yaml')
  writeFileSync(config, gatewayYaml(simulator.url, port, join(folder, 'data')))
  let gateway = await startGatewayProcess(config)
  try {
    const weather = drawWeather(seed, seconds)
    const weatherFrom = Date.now()
    for (const order of weather) simulator.setFault(order)
    const until = performance.now() + seconds * 1000
    const calls: EndedCall[] = []
    const memory: MemorySample[] = []
    const kills: Kill[] = []
    const watching = watch(
      () => gateway,
      kills,
      calls,
      memory,
      until,
      (at) => tell(at, calls.length),
    )
    const killing = killNow(seconds, kills, async () => {
      await gateway.kill()
      gateway = await startGatewayProcess(config)
    })
    const calling = Array.from({ length: callers }, (_, caller) =>
      callOn({ caller, seed, gateway: called, until, calls }),
    )
    await Promise.all([...calling, killing, watching])
    const records = await readRecords({ url })
    return { calls, records, kills, memory, weather, weatherFrom, faultsMet: simulator.counters().faulty }
  } finally {
    await gateway.stop()
    await agent.close()
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function killNow(seconds: number, kills: Kill[], restart: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  for (const share of KILLS_AT) {
    await setTimeout(Math.max(0, startedAt + share * seconds * 1000 - performance.now()))
    const at = Date.now()
    await restart()
    kills.push({ at, upAgainAt: Date.now() })
  }
}

async function watch(
  gateway: () => GatewayProcess,
  kills: readonly Kill[],
  calls: readonly EndedCall[],
  memory: MemorySample[],
  until: number,
  tell: (seconds: number) => void,
): Promise<void> {
  const startedAt = performance.now()
  let process = 0
  let since = 0
  while (performance.now() < until) {
    await setTimeout(1000)
    const answered = calls.filter(({ status }) => status !== 0).length
    if (kills.length !== process) {
      process = kills.length
      since = answered
    }
    const megabytes = gateway().residentMegabytes()
    if (megabytes !== undefined) memory.push({ process, calls: answered - since, megabytes })
    tell((performance.now() - startedAt) / 1000)
  }
}

interface Caller {
  readonly caller: number
  readonly seed: number
  readonly gateway: CalledGateway
  /** Of the monotonic clock. */
  readonly until: number
  readonly calls: EndedCall[]
}

/** One call after the other until the time is over. One that found no gateway, or lost it, is made again, as a new call. */
async function callOn({ caller, seed, gateway, until, calls }: Caller): Promise<void> {
  const random = seededRandom(seed, 'caller', caller)
  for (let nth = 0; performance.now() < until; nth++) {
    const plan = drawPlan(random, `${caller}-${nth}`)
    for (let again = 0; ; again++) {
      const ended = await makeCall({ ...plan, tag: `${plan.tag}-${again}` }, gateway)
      calls.push(ended)
      if (ended.ending !== 'broken' || performance.now() > until) break
      await setTimeout(RETRY_MS)
    }
  }
}

function drawPlan(random: Random, tag: string): PlannedCall {
  const stream = random() < 0.6
  return {
    tag,
    prompt: `${tag}: what will the weather be?`,
    skin: drawOne(random, Object.keys(SKINS)),
    model: drawOne(random, [...Object.keys(SELLERS), 'auto']),
    stream,
    ...(stream && random() < 0.05 ? { leavesAfter: 1 + Math.floor(random() * 4000) } : {}),
  }
}
