import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Artifacts, loadArtifacts } from '../artifacts.ts'
import type { Policy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import { importedFiles } from '../learn/import/imports.ts'
import { parsePredictor, predictorVersion } from '../learned/predictor-file.ts'
import {
  heldSince,
  KEPT_PREDICTORS,
  keepPredictor,
  predictorFolder,
  promotePredictor,
  prunePredictors,
  readPredictorChanges,
} from '../learned/predictor-store.ts'
import { HEALTH_UNKNOWN } from '../market/health.ts'
import type { Catalog } from '../market/offer.ts'
import { acquireLock } from '../store/lock-file.ts'
import { type EmbeddingConfig, embedOutcomes } from './embed-outcomes.ts'
import { type Evidence, gatherEvidence, type Records } from './evidence.ts'
import { exploredCalls } from './explored-calls.ts'
import { fitArtifact } from './fit-artifact.ts'
import { type Decided, type TrainReport, trainReport, trialJson } from './train-report.ts'
import { TRIAL_FITS, type TrialFindings, tryChallenger } from './trial.ts'

/** What `train` is told. Plain values: a gateway hands it to a process of its own. */
export interface TrainJob {
  readonly config: EmbeddingConfig
  /** Files of outcomes, beside the rated calls and what was imported. */
  readonly files: readonly string[]
  /** What can be bought here. */
  readonly market: Catalog
  /** Whether the market in force sells simulated answers, so that what was said of these counts. */
  readonly isPractice: boolean
  readonly policies: Readonly<Record<string, Policy>>
  /** What calls are under that name none. */
  readonly defaultPolicy: string
  readonly seed: number
  /** Whether the new version goes into force: when it is proven, never, or whatever the trial says. */
  readonly promote: 'if-better' | 'never' | 'always'
  /** Nothing is kept and nothing changes. */
  readonly dryRun: boolean
  /** Share by which a better version may cost more, 0.1 = 10 %. */
  readonly maxExtraCost: number
}

/** Told as work begins: what it is, and how much is done. Awaited. */
export type TellTraining = (step: string, done: number, total: number) => Promise<void>

/** Reading, the fit on everything, and those of the trial. */
const STEPS = 2 + TRIAL_FITS

/**
 * Fits a predictor on rated calls and files of outcomes, tries it against the one in force (`tryChallenger`), keeps it
 * as a version and, where that is wanted, puts it in force. The same evidence gives the same version. Until the one
 * rename that puts it in force, whatever dies leaves the old one there.
 *
 * @param now epoch ms
 * @throws MeritorderError as `gatherEvidence`, and `server` while another training runs on this data folder
 */
export async function train(
  job: TrainJob,
  records: Records,
  now: () => number,
  tell: TellTraining,
): Promise<TrainReport> {
  const { data_folder: dataFolder } = job.config.record
  mkdirSync(predictorFolder(dataFolder), { recursive: true, mode: 0o700 })
  const lock = acquireLock(join(predictorFolder(dataFolder), 'training.lock'), now, isTraining)
  try {
    return await trainAlone(job, records, now, tell)
  } finally {
    lock.release()
  }
}

async function trainAlone(
  job: TrainJob,
  records: Records,
  now: () => number,
  tell: TellTraining,
): Promise<TrainReport> {
  const { config, seed, dryRun } = job
  const { data_folder: dataFolder } = config.record
  await tell('reading', 0, STEPS)
  const artifacts = loadArtifacts(dataFolder, config.embedder?.name)
  const gathered = await gatherEvidence(records, {
    outcomes: [...importedFiles(dataFolder, 'outcomes'), ...job.files],
    comparisons: importedFiles(dataFolder, 'comparisons'),
    intents: artifacts.intents,
    isPractice: job.isPractice,
  })
  const evidence = { ...gathered, outcomes: await embedOutcomes(gathered.outcomes, config) }
  await tell('fitting on everything', 1, STEPS)
  const { intents } = artifacts
  const bytes = fitArtifact(evidence.outcomes, {
    intents,
    seed,
    sources: evidence.sources,
    compared: evidence.compared,
    exploredOn: (rows) => exploredCalls(evidence, rows),
  })
  const version = predictorVersion(bytes)
  const champion = artifacts.predictor.predictor
  const findings =
    version === champion?.version ? undefined : await tryOut(evidence, job, artifacts, now, tell)
  const decided = decide(job, version, findings, champion?.version)
  const { card } = parsePredictor(bytes, intents.version, config.embedder?.name)
  if (!dryRun) {
    const parent = champion?.version ?? null
    if (findings !== undefined)
      keepPredictor(dataFolder, bytes, { version, parent, fitted: card, ...trialJson(findings) })
    if (decided.promotes) await promotePredictor(dataFolder, version, 'train', now)
    await prunePredictors(dataFolder, KEPT_PREDICTORS, now)
  }
  await tell('done', STEPS, STEPS)
  return trainReport({ job, version, champion: champion?.version, card, findings, decided, evidence })
}

function tryOut(
  evidence: Evidence,
  { market, policies, defaultPolicy, seed, maxExtraCost }: TrainJob,
  { catalog: everything, quality, intents, predictor }: Artifacts,
  now: () => number,
  tell: TellTraining,
): Promise<TrialFindings> {
  /** Trying something else now and then is no part of what is compared. */
  const steady = ({ exploration: _, ...policy }: Policy): Policy => policy
  const policyOf = (name: string) => (Object.hasOwn(policies, name) ? steady(policies[name]!) : undefined)
  return tryChallenger(evidence, {
    market: { catalog: market, health: () => HEALTH_UNKNOWN },
    everything,
    quality,
    intents,
    champion: predictor.predictor,
    policyOf,
    policy: steady(policies[defaultPolicy]!),
    seed,
    now: now(),
    maxExtraCost,
    tell: (fit) => tell('fitting without the prompts to be judged on', 2 + fit, STEPS),
  })
}

function decide(
  { promote, dryRun, config }: TrainJob,
  version: string,
  findings: TrialFindings | undefined,
  live: string | undefined,
): Decided {
  if (findings === undefined)
    return {
      verdict: 'same',
      promotes: false,
      why: [`The evidence is what ${live}, which is in force, was fitted on: there is nothing new to learn.`],
    }
  const { kind, why, isProven } = findings.verdict
  if (dryRun) return { verdict: kind, promotes: false, why: [...why, 'Nothing was kept: this is a dry run.'] }
  if (promote === 'always') return { verdict: kind, promotes: true, why }
  if (promote === 'never' || !isProven) return { verdict: kind, promotes: false, why }
  const since = heldSince(readPredictorChanges(config.record.data_folder))
  if (since !== undefined) {
    const held = `Somebody rolled back at ${since}, so nothing goes into force by itself until a version is promoted: meritorder predictors promote ${version}`
    return { verdict: kind, promotes: false, why: [...why, held] }
  }
  return { verdict: kind, promotes: true, why }
}

function isTraining(path: string, holder: string): MeritorderError {
  return new MeritorderError(
    'server',
    `Another training runs on this data folder, in ${holder}. Wait for it, or stop it; the lock is ${path}.`,
    { limit: 'train' },
  )
}
