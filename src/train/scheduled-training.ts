import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { policiesOf } from '../config/policies.ts'
import type { Config } from '../config/schema.ts'
import { asMeritorderError } from '../errors.ts'
import type { Catalog } from '../market/offer.ts'
import { predictorFolder } from '../predictor-store.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Log } from '../telemetry/log.ts'
import { nextTraining } from './schedule.ts'
import { type StartedTraining, startTraining } from './start-training.ts'
import type { TrainJob } from './train.ts'
import type { TrainReport } from './train-report.ts'

export interface ScheduleOptions {
  /** The configuration and the market in force, asked anew each time. */
  readonly config: () => Config
  readonly market: () => Catalog
  readonly recorder: Pick<Recorder, 'list'>
  readonly log: Log
  /** Epoch ms. */
  readonly now: () => number
}

/** How the last training ended; times are ISO. */
const ended = z.object({
  started_at: z.string(),
  ended_at: z.string().nullable(),
  verdict: z.string().nullable(),
  version: z.string().nullable(),
  promoted: z.boolean(),
  why: z.array(z.string()),
  problem: z.string().nullable(),
})

type EndedTraining = z.infer<typeof ended>

/** What `GET /v1/training` answers. */
export interface TrainingStatus {
  readonly scheduled: { readonly every: string; readonly at: string | null } | null
  readonly running: {
    readonly started_at: string
    readonly step: string
    readonly done: number
    readonly total: number
  } | null
  readonly next_at: string | null
  readonly last: EndedTraining | null
}

export interface ScheduledTraining {
  status(): TrainingStatus
  /** Stops a training that runs. */
  close(): Promise<void>
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
export function scheduleTraining({ config, market, recorder, log, now }: ScheduleOptions): ScheduledTraining {
  let last = readLast(lastPath(config().record.data_folder))
  let running: (StartedTraining & { progress: TrainingStatus['running'] }) | undefined
  let writing = Promise.resolve()
  let closed = false

  const dueAt = () => {
    const { train } = config().learn
    return train && nextTraining(train, last === null ? undefined : Date.parse(last.started_at), now())
  }
  const keepLast = (value: EndedTraining) => {
    last = value
    writing = writing
      .then(() => writeLast(config().record.data_folder, value))
      .catch((error) => log.warn({ problem: String(error) }, 'when training ran cannot be written down'))
  }
  const begin = (job: TrainJob) => {
    const startedAt = new Date(now()).toISOString()
    keepLast({ ...NOT_ENDED, started_at: startedAt })
    log.info({}, 'training begins')
    const source = { recorder, since: now() - EVIDENCE_MS }
    const started = startTraining(job, source, async (step, done, total) => {
      if (running !== undefined) running.progress = { started_at: startedAt, step, done, total }
      log.info({ step, done, total }, 'training')
    })
    running = { ...started, progress: { started_at: startedAt, step: 'starting', done: 0, total: 1 } }
    started.done.then(
      (report) => {
        log.info(
          summaryOf(report),
          report.promoted ? 'training put a new predictor in force' : 'training ended',
        )
        end({ ...NOT_ENDED, ...summaryOf(report), started_at: startedAt, ended_at: isoNow() })
      },
      (error) => {
        if (closed) return
        const problem = asMeritorderError(error).message
        log.warn({ problem }, 'training ended without a new predictor')
        end({ ...NOT_ENDED, started_at: startedAt, ended_at: isoNow(), problem })
      },
    )
  }
  const end = (value: EndedTraining) => {
    running = undefined
    keepLast(value)
  }
  const isoNow = () => new Date(now()).toISOString()
  const look = () => {
    const due = dueAt()
    if (running === undefined && due !== undefined && due <= now()) begin(jobOf(config(), market()))
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
        running: running?.progress ?? null,
        next_at: due === undefined ? null : new Date(due).toISOString(),
        last,
      }
    },
    async close() {
      closed = true
      clearImmediate(first)
      clearInterval(looking)
      running?.stop()
      await writing
    },
  }
}

const NOT_ENDED: EndedTraining = {
  started_at: '',
  ended_at: null,
  verdict: null,
  version: null,
  promoted: false,
  why: [],
  problem: null,
}

function summaryOf({ verdict, version, promoted, why }: TrainReport) {
  return { verdict, version, promoted, why: [...why] }
}

function jobOf({ embedder, dispatch, record, policy, learn: { train } }: Config, market: Catalog): TrainJob {
  return {
    config: { dispatch, record, ...(embedder !== undefined && { embedder }) },
    files: train?.data ?? [],
    market,
    policies: policiesOf(policy),
    defaultPolicy: policy.default,
    seed: SEED,
    promote: train?.promote ?? 'never',
    dryRun: false,
    maxExtraCost: train?.max_extra_cost ?? 0,
  }
}

function lastPath(dataFolder: string): string {
  return join(predictorFolder(dataFolder), 'training.json')
}

/** Half of it would count as never: then it trains once more. */
async function writeLast(dataFolder: string, last: EndedTraining): Promise<void> {
  await mkdir(predictorFolder(dataFolder), { recursive: true, mode: 0o700 })
  await writeFile(lastPath(dataFolder), `${JSON.stringify(last, null, 2)}\n`)
}

/** What cannot be read counts as never. */
function readLast(path: string): EndedTraining | null {
  try {
    return ended.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
