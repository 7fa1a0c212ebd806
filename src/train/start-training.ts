import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { extname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { asMeritorderError, MeritorderError } from '../errors.ts'
import type { Recorder } from '../record/recorder.ts'
import type { FromTraining, ToTraining } from './protocol.ts'
import type { TellTraining, TrainJob } from './train.ts'
import type { TrainReport } from './train-report.ts'

/** A training in a process of its own. */
export interface StartedTraining {
  /** Rejected with a MeritorderError when it fails, is stopped, or its process dies. */
  readonly done: Promise<TrainReport>
  /** Ends it. What is in force stays in force. */
  stop(): void
}

export interface TrainingSource {
  readonly recorder: Pick<Recorder, 'list' | 'comparisons'>
  /** Rated calls and comparisons from then on, epoch ms. */
  readonly since: number
}

/** Of V8's heap, MB; tables of numbers are outside of it and bounded by what `gatherEvidence` takes. */
const HEAP_MB = 2_048
/** Of 19: the processor is its when no caller needs it. */
const NICENESS = 15
/** Whole calls may be megabytes each, and each page is a pause for callers. */
const PAGE = 20
/** Of comparisons, which are small. */
const COMPARISONS_PAGE = 500
/** Endpoints sent at once. */
const PIECE = 200

/** Starts a training that reads the ledger through this process, page by page, and follows it. */
export function startTraining(job: TrainJob, source: TrainingSource, tell: TellTraining): StartedTraining {
  const child = forked()
  const send = (message: ToTraining) => {
    if (child.connected) child.send(message, () => {})
  }
  const done = new Promise<TrainReport>((resolve, reject) => {
    child.on('message', (message: FromTraining) => {
      if (message.kind === 'page') sendPage(source, message.before).then(send, reject)
      else if (message.kind === 'comparisons') sendComparisons(source, message.before).then(send, reject)
      else if (message.kind === 'progress') void tell(message.step, message.done, message.total)
      else if (message.kind === 'done') resolve(message.report)
      else reject(new MeritorderError(message.code, message.message))
    })
    child.on('error', (error) => reject(asMeritorderError(error)))
    child.on('exit', (code, signal) =>
      reject(
        new MeritorderError(
          'server',
          `The process that trains ended before it was done (${signal ?? code}). What was in force still is.`,
        ),
      ),
    )
  }).finally(() => {
    if (child.connected) child.disconnect()
  })
  void sendJob(job, send)
  return { done, stop: () => void child.kill('SIGKILL') }
}

/** A market of 5,000 endpoints at once would be written for 30 ms, in which callers wait. */
async function sendJob({ market, ...job }: TrainJob, send: (message: ToTraining) => void): Promise<void> {
  const { endpoints, ...others } = market
  send({
    kind: 'begin',
    job: { ...job, market: { ...others, endpoints: [] } },
    endpoints: endpoints.length,
  })
  for (let at = 0; at < endpoints.length; at += PIECE) {
    await setImmediate()
    send({ kind: 'endpoints', endpoints: endpoints.slice(at, at + PIECE) })
  }
}

async function sendPage({ recorder, since }: TrainingSource, before?: string): Promise<ToTraining> {
  const query = { limit: PAGE, whole: true, rated: {}, since }
  return { kind: 'page', page: await recorder.list(before === undefined ? query : { ...query, before }) }
}

async function sendComparisons({ recorder, since }: TrainingSource, before?: string): Promise<ToTraining> {
  const query = { limit: COMPARISONS_PAGE, since }
  const page = await recorder.comparisons(before === undefined ? query : { ...query, before })
  return { kind: 'comparisons', page }
}

function forked(): ChildProcess {
  const here = import.meta.url
  const child = fork(fileURLToPath(new URL(`./training-process${extname(here)}`, here)), {
    // Keys that it needs are in its job.
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
  })
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS)
  } catch {
    // A sandbox without priorities: it then shares the processor as an equal.
  }
  return child
}
