import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../files/replace-file.ts'
import type { MixDrift } from '../learn/drift/mix-drift.ts'
import { createMixWatch, type MixWatch } from '../learn/drift/mix-watch.ts'
import { type ListPrice, listPrices, type PriceChange, priceChanges } from '../learn/drift/price-changes.ts'
import type { FoundDrift } from '../learn/online/learner.ts'
import type { Endpoint } from '../market/offer.ts'
import type { Log } from '../telemetry/log.ts'

/** What has changed beneath the predictions: a model's answers, a price, what is asked. */
export type Drift =
  | ({ readonly kind: 'quality' } & FoundDrift)
  | ({ readonly kind: 'intents'; readonly at: number } & MixDrift)
  | ({ readonly kind: 'price'; readonly at: number } & PriceChange)

export interface DriftBoard {
  /** The most probable intent of a prompt of this caller that was decided on. */
  noteIntent(intent: string, caller: string): void
  /** What is offered now. */
  notePrices(endpoints: readonly Endpoint[]): void
  /** Latest first. What is asked is told of this caller's own calls; of everybody's where none is named. */
  list(quality: readonly FoundDrift[], caller?: string): readonly Drift[]
}

/** So many changes of prices are shown, and shifts of the mix of everybody's calls and of each caller's. */
const KEPT = 200

/**
 * Gathers what has changed. Prices are compared with those that were offered last, before a restart too; shifts of the
 * mix of intents since the start are known.
 *
 * @param now epoch ms
 */
export function createDriftBoard(dataFolder: string, now: () => number, log: Log): DriftBoard {
  const path = join(dataFolder, 'prices.json')
  const everybodys = newMix()
  const ofCallers = new Map<string, Mix>()
  const priceChanged: Drift[] = []
  let prices = readPrices(path)
  const note = ({ watch, shifts }: Mix, intent: string) => {
    const drift = watch.note(intent)
    if (drift !== undefined) keep(shifts, { kind: 'intents', at: now(), ...drift })
    return drift
  }
  return {
    noteIntent(intent, caller) {
      const drift = note(everybodys, intent)
      if (drift !== undefined) log.warn({ ...drift }, 'the mix of intents has shifted')
      const own = ofCallers.get(caller) ?? newMix()
      ofCallers.set(caller, own)
      note(own, intent)
    },
    notePrices(endpoints) {
      const changes = priceChanges(prices, endpoints)
      for (const change of changes) keep(priceChanged, { kind: 'price', at: now(), ...change })
      if (changes.length > 0) log.warn({ changes: changes.length, first: changes[0] }, 'prices have changed')
      const offered = listPrices(endpoints)
      const isNews = changes.length > 0 || [...offered.keys()].some((id) => !prices.has(id))
      if (!isNews) return
      prices = new Map([...prices, ...offered])
      try {
        replaceFile(path, JSON.stringify({ version: VERSION, prices: Object.fromEntries(prices) }))
      } catch (error) {
        log.warn({ path, problem: String(error) }, 'prices cannot be kept for the next start')
      }
    },
    list(quality, caller) {
      const mix = caller === undefined ? everybodys : ofCallers.get(caller)
      const worse = quality.map((drift) => ({ kind: 'quality', ...drift }) as const)
      return [...priceChanged, ...(mix?.shifts ?? []), ...worse].sort((a, b) => b.at - a.at)
    },
  }
}

interface Mix {
  readonly watch: MixWatch
  readonly shifts: Drift[]
}

function newMix(): Mix {
  return { watch: createMixWatch(), shifts: [] }
}

function keep(drifts: Drift[], drift: Drift): void {
  drifts.push(drift)
  if (drifts.length > KEPT) drifts.shift()
}

const VERSION = 1
const pricesFile = z.object({
  version: z.literal(VERSION),
  prices: z.record(z.string(), z.object({ prompt: z.string(), completion: z.string() })),
})

/** What cannot be read is nothing to compare with. */
function readPrices(path: string): ReadonlyMap<string, ListPrice> {
  try {
    return new Map(Object.entries(pricesFile.parse(JSON.parse(readFileSync(path, 'utf8'))).prices))
  } catch {
    return new Map()
  }
}
