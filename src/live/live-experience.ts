import { setImmediate } from 'node:timers/promises'
import type { Seen } from '../decide/experience.ts'
import { averageSd } from '../decide/quality.ts'
import { asMeritorderError } from '../errors.ts'
import { type Clusters, findClusters, type PromptPoint } from '../learn/online/clusters.ts'
import { createLearner, type FoundDrift, type Learner, REMEMBERED } from '../learn/online/learner.ts'
import { clustersPath, readClusters, writeClusters } from '../learned/clusters-file.ts'
import type { ComparedGenerations } from '../record/comparisons.queries.ts'
import type { RatedGeneration } from '../record/ratings.queries.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve/house.ts'
import type { Log } from '../telemetry/log.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import type { Prompt } from '../understand/prompt.ts'
import { comparisonSaid, keyOf, RESULTS, ratingSaid } from './said.ts'

/** What one's own ratings have taught, and how it is gathered while the gateway runs. */
export interface LiveExperience {
  /** What was experienced, as this prompt sees it; undefined where learning is off. */
  see(prompt: Prompt): Seen | undefined
  /** Learns from what was just said of an answer. */
  take(rated: RatedGeneration): void
  /** Learns from the comparisons that have come into the record since. Never throws. */
  lookForComparisons(): Promise<void>
  /** Begins anew, from the ratings in the record: what they are measured against has changed. */
  restart(): Promise<void>
  readonly drifts: readonly FoundDrift[]
  close(): void
}

export interface LiveExperienceOptions {
  readonly rules: () => Rules
  readonly intents: () => IntentArtifact
  readonly recorder: Pick<Recorder, 'rated' | 'compared'>
  /** A folder that exists. */
  readonly dataFolder: string
  /** Asks the record every so many ms for what other gateways were told; absent: nobody else writes there. */
  readonly pollMs?: number
  readonly log: Log
}

/** Prompts from which the clusters of the traffic are found. */
const CLUSTERED = 500
/** Ratings that are read from the record at once. */
const PAGE = 200
/** Ratings that are asked for at once where others write them too, and at most in one go. */
const POLLED = 20
const MOST_POLLED = 200
/** Ratings that are learned from before callers have their turn. */
const AT_ONCE = 10

/**
 * Gathers experience from ratings: those in the record first, at most `REMEMBERED` and oldest first, then each as it
 * comes. A record that cannot be read is reported, and what comes is learned from all the same.
 */
export function followRatings(options: LiveExperienceOptions): LiveExperience {
  const { rules, intents, recorder, dataFolder, pollMs, log } = options
  const clusters = clustersOfTraffic(clustersPath(dataFolder), intents().embedder.id, log)
  const sdOf = (model: string) => {
    const { quality, rowOfModel } = rules().table
    const row = rowOfModel.get(model)
    return row === undefined ? 0 : averageSd(quality, row)
  }
  let learner = createLearner(clusters.found, sdOf)
  /** What came while the record was read; undefined while it is not. */
  let meanwhile: RatedGeneration[] | undefined
  let isClosed = false
  /** Whose restart is the last one. */
  let starts = 0

  const isOn = () => rules().config.learn.online
  const teach = (pupil: Learner, rated: RatedGeneration) => {
    const said = ratingSaid(rated, rules(), intents())
    return said && pupil.rate(said)
  }
  const teachPair = (pupil: Learner, compared: ComparedGenerations) => {
    const said = comparisonSaid(compared, rules(), intents())
    if (said !== undefined) pupil.compare(said)
  }
  const isKnownPair = ({ comparison: { id, winner } }: ComparedGenerations) =>
    learner.knows(id, RESULTS[winner])
  const isKnown = ({ rating }: RatedGeneration) =>
    rating.value !== null && learner.knows(keyOf(rating), rating.value)
  const take = (rated: RatedGeneration) => {
    if (!isOn() || isKnown(rated)) return
    meanwhile?.push(rated)
    const drift = teach(learner, rated)
    if (drift !== undefined)
      log.warn({ ...drift }, 'a model is rated worse than it was; what was known of it counts less')
  }
  const restart = async () => {
    if (!isOn()) return
    const own = ++starts
    meanwhile = []
    try {
      const pupil = createLearner(clusters.found, sdOf)
      const ratings = await latest(recorder, REMEMBERED)
      const pairs = await latestPairs(recorder, REMEMBERED)
      for (const [i, one] of inOrder(ratings, pairs).entries()) {
        if (i % AT_ONCE === 0) await setImmediate()
        if ('rating' in one) teach(pupil, one)
        else teachPair(pupil, one)
      }
      if (own !== starts) return
      for (const rated of meanwhile) teach(pupil, rated)
      learner = pupil
    } catch (error) {
      const problem = asMeritorderError(error).message
      if (!isClosed)
        log.warn({ problem }, 'ratings of before cannot be read; what is learned begins with those that come')
    }
    if (own === starts) meanwhile = undefined
  }
  const lookForComparisons = async () => {
    if (!isOn() || meanwhile !== undefined) return
    try {
      const page = await recorder.compared(POLLED)
      for (const one of page.filter((pair) => !isKnownPair(pair)).reverse()) teachPair(learner, one)
    } catch {
      // The ledger has said so; the next time may do.
    }
  }
  const poll = async () => {
    await lookForComparisons()
    try {
      for (const one of await newest(recorder, isKnown)) take(one)
    } catch {
      // The ledger has said so; the next time may do.
    }
    if (!isClosed) timer?.refresh()
  }
  const timer = pollMs === undefined ? undefined : setTimeout(() => void poll(), pollMs).unref()

  return {
    see(prompt) {
      if (!isOn() || prompt.shape === undefined) return undefined
      const point = { embedding: prompt.embedding, shape: prompt.shape }
      if (clusters.meet(point)) void restart()
      return learner.see(point)
    },
    take,
    lookForComparisons,
    restart,
    get drifts() {
      return learner.drifts
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

/** The clusters that were kept; or those that are found in the first prompts, and kept then. */
function clustersOfTraffic(path: string, embedder: string, log: Log) {
  let found = readClusters(path, embedder)
  let met: PromptPoint[] = []
  return {
    /** Undefined until enough prompts were met. */
    get found(): Clusters | undefined {
      return found
    },
    /** @returns whether this prompt was the last that was needed to find them. */
    meet({ embedding, shape }: PromptPoint): boolean {
      if (found !== undefined) return false
      met.push({ embedding, shape })
      if (met.length < CLUSTERED) return false
      found = findClusters(embedder, met)
      met = []
      try {
        writeClusters(path, found)
      } catch (error) {
        log.warn(
          { path, problem: String(error) },
          'the clusters of the traffic cannot be kept; they are found anew at the next start',
        )
      }
      return true
    },
  }
}

/** Pages, newest first; the result is oldest first. */
async function latest(recorder: Pick<Recorder, 'rated'>, most: number): Promise<RatedGeneration[]> {
  const all: RatedGeneration[] = []
  for (;;) {
    const page = await recorder.rated(Math.min(PAGE, most - all.length), all.at(-1)?.rating)
    all.push(...page)
    if (page.length < PAGE || all.length >= most) return all.reverse()
  }
}

async function latestPairs(
  recorder: Pick<Recorder, 'compared'>,
  most: number,
): Promise<ComparedGenerations[]> {
  const all: ComparedGenerations[] = []
  for (;;) {
    const page = await recorder.compared(Math.min(PAGE, most - all.length), all.at(-1)?.comparison.id)
    all.push(...page)
    if (page.length < PAGE || all.length >= most) return all.reverse()
  }
}

/** Oldest first, the latest `REMEMBERED` of both. */
function inOrder(
  ratings: readonly RatedGeneration[],
  pairs: readonly ComparedGenerations[],
): readonly (RatedGeneration | ComparedGenerations)[] {
  const at = (one: RatedGeneration | ComparedGenerations) =>
    'rating' in one ? one.rating.ratedAt : one.comparison.comparedAt
  return [...ratings, ...pairs].sort((x, y) => at(x) - at(y)).slice(-REMEMBERED)
}

/** What was not known when it was asked for last, oldest first: pages, newest first, up to one that holds what is known. */
async function newest(
  recorder: Pick<Recorder, 'rated'>,
  isKnown: (rated: RatedGeneration) => boolean,
): Promise<RatedGeneration[]> {
  const news: RatedGeneration[] = []
  for (;;) {
    const page = await recorder.rated(POLLED, news.at(-1)?.rating)
    const unknown = page.filter((rated) => !isKnown(rated))
    news.push(...unknown)
    if (unknown.length < POLLED || news.length >= MOST_POLLED) return news.reverse()
  }
}

/** A recorder whose comparisons are learned from. */
export function teaching(recorder: Recorder, experience: LiveExperience): Recorder {
  return {
    ...recorder,
    async compare(comparison) {
      const result = await recorder.compare(comparison)
      if (result.durable) void experience.lookForComparisons()
      return result
    },
  }
}
