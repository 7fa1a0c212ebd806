import { policiesOf } from '../config/policies.ts'
import type { Config } from '../config/schema.ts'
import { asMeritorderError } from '../errors.ts'
import { isSimulated } from '../market/is-simulated.ts'
import type { Catalog } from '../market/offer.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Log } from '../telemetry/log.ts'
import { begunTraining, type LastTraining, readLastTraining, writeLastTraining } from './last-training.ts'
import { nextTraining } from './schedule.ts'
import { startTraining } from './start-training.ts'
import type { TrainJob } from './train.ts'

export interface ScheduleOptions {
  /** The configuration and the market in force, asked anew each time. */
  readonly config: () => Config
  readonly market: () => Catalog
  readonly recorder: Pick<Recorder, 'list' | 'comparisons'>
  readonly log: Log
  /** Epoch ms. */
  readonly now: () => number
}

/** How far a training is. */
interface Progress {
  readonly started_at: string
  readonly step: string
  readonly done: number
  readonly total: number
}

/** What `GET /v1/training` answers. Times are ISO. */
export interface TrainingStatus {
  readonly scheduled: { readonly every: string; readonly at: string | null } | null
  readonly running: Progress | null
  readonly next_at: string | null
  readonly last: LastTraining | null
}

export interface ScheduledTraining {
  status(): TrainingStatus
  /** Stops a training that runs. */
  close(): void
}

/** So often it is looked whether training is due: a changed configuration counts soon, and no timer is too long. */
const LOOK_MS = 30_000
/** As `meritorder train` takes by default. */
const EVIDENCE_MS = 90 * 86_400_000
const SEED = 1

/**
 * Trains when `learn.train` of the configuration says so: one training at a time, in a process of its own and of low
 * priority. When the last one began survives a restart, so one that was missed is made up for at the start.
 */
export function scheduleTraining(options: ScheduleOptions): ScheduledTraining {
  const { config, market, log, now } = options
  let last = readLastTraining(config().record.data_folder)
  let running: FollowedTraining | undefined

  const keep = (value: LastTraining) => {
    last = value
    try {
      writeLastTraining(config().record.data_folder, value)
    } catch (error) {
      log.warn({ problem: String(error) }, 'when training ran cannot be written down')
    }
  }
  const dueAt = () => {
    const { train } = config().learn
    return train && nextTraining(train, last === null ? undefined : Date.parse(last.started_at), now())
  }
  const look = () => {
    const due = dueAt()
    if (running !== undefined || due === undefined || due > now()) return
    keep(begunTraining(now()))
    running = follow(jobOf(config(), market()), options, (ended) => {
      running = undefined
      keep(ended)
    })
  }

  const first = setImmediate(look)
  const looking = setInterval(look, LOOK_MS)
  looking.unref()
  return {
    status() {
      const { train } = config().learn
      const due = dueAt()
      return {
        scheduled: train === undefined ? null : { every: train.every, at: train.at ?? null },
        running: running?.progress() ?? null,
        next_at: due === undefined ? null : new Date(due).toISOString(),
        last,
      }
    },
    close() {
      clearImmediate(first)
      clearInterval(looking)
      running?.stop()
    },
  }
}

interface FollowedTraining {
  progress(): Progress
  /** Ends it; `onEnd` is then not called. */
  stop(): void
}

/** Starts a training, logs how far it is and how it ends, and tells of the end. */
function follow(
  job: TrainJob,
  { recorder, log, now }: ScheduleOptions,
  onEnd: (ended: LastTraining) => void,
): FollowedTraining {
  const begun = begunTraining(now())
  let progress: Progress = { started_at: begun.started_at, step: 'starting', done: 0, total: 1 }
  let stopped = false
  log.info({}, 'training begins')
  const started = startTraining(job, { recorder, since: now() - EVIDENCE_MS }, async (step, done, total) => {
    progress = { started_at: begun.started_at, step, done, total }
    log.info({ step, done, total }, 'training')
  })
  const ended = () => ({ ...begun, ended_at: new Date(now()).toISOString() })
  started.done.then(
    ({ verdict, version, promoted, why }) => {
      const found = { verdict, version, promoted, why: [...why] }
      onEnd({ ...ended(), ...found })
      log.info(found, promoted ? 'training put a new predictor in force' : 'training ended')
    },
    (error) => {
      if (stopped) return
      const problem = asMeritorderError(error).message
      onEnd({ ...ended(), problem })
      log.warn({ problem }, 'training ended without a new predictor')
    },
  )
  return {
    progress: () => progress,
    stop() {
      stopped = true
      started.stop()
    },
  }
}

function jobOf({ embedder, timeouts, record, policy, learn: { train } }: Config, market: Catalog): TrainJob {
  return {
    config: { timeouts, record, ...(embedder !== undefined && { embedder }) },
    files: train?.data ?? [],
    market,
    isPractice: isSimulated(market.providers),
    policies: policiesOf(policy),
    defaultPolicy: policy.default,
    seed: SEED,
    promote: train?.promote ?? 'never',
    dryRun: false,
    maxExtraCost: train?.max_extra_cost ?? 0,
  }
}
