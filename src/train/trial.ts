import { setImmediate } from 'node:timers/promises'
import { compileCandidates } from '../decide/candidates.ts'
import type { Policy } from '../decide/policy.ts'
import type { LearnedFile } from '../decide/predictor/predictor.ts'
import type { QualityPrior } from '../decide/quality-artifact.ts'
import { crossValidation, distinctPrompts } from '../learn/evaluate/folds.ts'
import { trainingPart } from '../learn/evaluate/training-part.ts'
import { type LeftOut, leftOutList } from '../learn/import/left-out.ts'
import { fitPredictor } from '../learn/predictor/fit-predictor.ts'
import { seededRandom } from '../learn/random.ts'
import { conclude } from '../learn/replay/conclusion.ts'
import { estimateReplay, type Replay } from '../learn/replay/estimate.ts'
import {
  type AnsweredPrompt,
  type Comparison,
  compareWays,
  type TriedCall,
} from '../learn/train/compare-ways.ts'
import { judgeChallenger, type ReplayFindings, type TrialVerdict } from '../learn/train/verdict.ts'
import type { LoadedPredictor } from '../learned/predictor-file.ts'
import type { Catalog, Market } from '../market/offer.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import { spaceEmbedder } from '../understand/vector-space.ts'
import { slugsOnMarket } from './choose-among.ts'
import type { Evidence, LoggedCall } from './evidence.ts'
import { exploredCalls } from './explored-calls.ts'
import { judgeAnswered, judgeCall, type Seat, singlesOf } from './judged-units.ts'
import { promptMark } from './prompt-mark.ts'
import { type Replayed, replayCall, type Trial } from './replay-call.ts'

export interface TrialOptions {
  readonly market: Market
  /** With what cannot be bought here, too: names are known by it. */
  readonly everything: Catalog
  readonly quality: QualityPrior
  readonly intents: IntentArtifact
  /** Undefined: the leaderboards alone are in force. */
  readonly champion: LoadedPredictor | undefined
  readonly policyOf: (name: string) => Policy | undefined
  /** What calls are under that name none, and the prompts of files. */
  readonly policy: Policy
  readonly seed: number
  /** Epoch ms. */
  readonly now: number
  readonly maxExtraCost: number
  /** Told before each fit, of `TRIAL_FITS`. */
  readonly tell: (fit: number) => Promise<void>
}

/** What a trial found. */
export interface TrialFindings {
  readonly verdict: TrialVerdict
  readonly comparison: Comparison
  readonly replay:
    | (ReplayFindings & { readonly calls: number; readonly measured: MeasuredReplay })
    | undefined
  readonly leftOut: readonly LeftOut[]
}

interface MeasuredReplay {
  readonly quality: Replay
  readonly cost: Replay | undefined
}

/** The challenger is fitted so often in a trial, each time without the prompts that it is then judged on. */
export const TRIAL_FITS = 5

/** Of the bootstrap. */
const RESAMPLES = 1_000
const RECENT_MS = 14 * 24 * 3_600_000
/** Other work gets a turn after so many prompts. */
const TURN_EVERY = 32

/**
 * Tries a challenger against the champion without calling anybody. Every prompt is decided on by a challenger that was
 * fitted without it (cross-fitting), under the policies and on the market of today, without exploration. Prompts that
 * the champion has learned from are left out of the comparison with it. docs/train.md has the reasons.
 */
export async function tryChallenger(evidence: Evidence, options: TrialOptions): Promise<TrialFindings> {
  const { seed, now, maxExtraCost } = options
  const leftOut = leftOutList()
  const { answered, tried, recent, nothing } = await runFolds(evidence, options, leftOut.add)
  const comparison = {
    ...compareWays(answered, tried, seededRandom(seed), RESAMPLES),
    ...(nothing !== undefined && { nothing }),
  }
  const replay = replayFindings(
    recent.filter(({ call }) => call.at >= now - RECENT_MS).map((one) => one.replayed),
  )
  return {
    verdict: judgeChallenger(comparison, replay, maxExtraCost),
    comparison,
    replay,
    leftOut: leftOut.all(),
  }
}

interface Judged {
  readonly answered: readonly AnsweredPrompt[]
  readonly tried: readonly TriedCall[]
  readonly recent: readonly { readonly call: LoggedCall; readonly replayed: Replayed }[]
  /** Why nothing could be judged. */
  readonly nothing?: string
}

async function runFolds(
  evidence: Evidence,
  options: TrialOptions,
  leaveOut: (why: string, where: string) => void,
): Promise<Judged> {
  const { outcomes, fileRows, calls } = evidence
  const { seed, champion, policy, tell } = options
  const answered: AnsweredPrompt[] = []
  const tried: TriedCall[] = []
  const recent: { call: LoggedCall; replayed: Replayed }[] = []
  const keys = distinctPrompts(outcomes)
  const callsOfRow = Map.groupBy(calls, ({ row }) => row)
  const seen = new Set(champion?.learnedFrom)
  const championTrial = trialOf(options, champion, champion?.space)
  const slugs = slugsOnMarket(outcomes.models, championTrial.table)
  const nothing = lackOfModels(slugs)
  if (nothing !== undefined) return { answered, tried, recent, nothing }
  const folds = Math.min(TRIAL_FITS, new Set(keys).size)
  if (folds < 2) return { answered, tried, recent }
  let done = 0
  for (const [fold, { train, test }] of crossValidation(outcomes, folds, seed).splits.entries()) {
    await tell(fold)
    const seat: Seat = {
      outcomes,
      slugs,
      policy,
      champion: championTrial,
      challenger: fittedOn(train, evidence, options),
      singles: singlesOf(trainingPart(outcomes, train), slugs, policy.qualityBand),
    }
    for (const row of test) {
      if (++done % TURN_EVERY === 0) await setImmediate()
      const isFresh = !seen.has(promptMark(outcomes.prompts[row]!))
      const key = keys[row]!
      if (row < fileRows && isFresh) answered.push(...judgeAnswered(seat, row, key))
      for (const call of callsOfRow.get(row) ?? []) {
        const replayed = replayCall(call.story, seat.challenger, outcomes.texts[row]!.vector)
        if (typeof replayed === 'string') {
          leaveOut(replayed, call.id)
          continue
        }
        recent.push({ call, replayed })
        if (isFresh) tried.push(...judgeCall(seat, call, replayed, key))
      }
    }
  }
  return { answered, tried, recent: recent.sort((a, b) => a.call.at - b.call.at) }
}

/** Why the models with outcomes leave no choice on this market, if so. */
function lackOfModels(slugs: readonly (string | undefined)[]): string | undefined {
  const sold = slugs.filter((slug) => slug !== undefined).length
  if (sold >= 2) return undefined
  return `Of the ${slugs.length} models with outcomes ${sold} can be bought with the providers that are found here, so there is nothing to choose from: meritorder providers.`
}

/** The challenger without the prompts that it is to be judged on. */
function fittedOn(train: readonly number[], evidence: Evidence, options: TrialOptions): Trial {
  const { predictor, space } = fitPredictor(evidence.outcomes, train, {
    intents: options.intents,
    seed: options.seed,
    explored: exploredCalls(evidence, train),
    compared: evidence.compared,
  })
  const learned = { version: 'held-out', predictor, anchors: [] }
  return trialOf(options, learned, spaceEmbedder('held-out', space))
}

function trialOf(
  { market, everything, quality, intents, policyOf }: TrialOptions,
  learned: LearnedFile | undefined,
  space: Trial['space'],
): Trial {
  return { policyOf, intents, space, table: compileCandidates(market, quality, everything, learned) }
}

function replayFindings(replayed: readonly Replayed[]): TrialFindings['replay'] {
  const qualities = replayed.flatMap(({ quality }) => quality ?? [])
  const costs = replayed.flatMap(({ cost }) => cost ?? [])
  if (qualities.length === 0) return undefined
  const quality = estimateReplay(qualities)
  const cost = costs.length === 0 ? undefined : estimateReplay(costs)
  return {
    calls: qualities.length,
    measured: { quality, cost },
    quality: conclude(quality, 'quality', true),
    cost:
      cost === undefined
        ? { verdict: 'cannot-tell', why: 'No cost is known of these calls.' }
        : conclude(cost, 'cost', false),
    extraCost: cost && shareOf(cost),
  }
}

/** The difference in cost by what was paid. */
function shareOf({ difference: { mean, low, high }, logged }: Replay): ReplayFindings['extraCost'] {
  if (!(logged.mean > 0)) return undefined
  return { mean: mean / logged.mean, low: low / logged.mean, high: high / logged.mean }
}
