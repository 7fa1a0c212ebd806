import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ratedTraffic } from '../../test/rated-traffic.ts'
import { SUMS, VERSE } from '../../test/sums-and-verse.ts'
import { loadCatalog, loadIntents, loadPredictor } from '../artifacts.ts'
import { loadConfig } from '../config/load.ts'
import {
  liveVersion,
  predictorFolder,
  predictorPath,
  readPredictorChanges,
} from '../learned/predictor-store.ts'
import type { RecordedComparison } from '../record/comparison.ts'
import type { ListedCall } from '../record/generation-query.ts'
import type { Recorder } from '../record/recorder.ts'
import { type ScheduledTraining, scheduleTraining } from './scheduled-training.ts'

const root = mkdtempSync(join(tmpdir(), 'meritorder-schedule-'))
after(() => rmSync(root, { recursive: true, force: true }))
const catalog = loadCatalog()
const NOW = Date.parse('2026-11-26T08:00:00.000Z')

/** Pages of these calls and comparisons, as the ledger gives them. */
function ledgerOf(
  calls: readonly ListedCall[],
  comparisons: readonly RecordedComparison[],
): Pick<Recorder, 'list' | 'comparisons'> {
  return {
    async list({ before, limit }) {
      const from =
        before === undefined ? 0 : 1 + calls.findIndex(({ generation }) => generation.id === before)
      const page = calls.slice(from, from + limit)
      const next = from + limit < calls.length ? page.at(-1)!.generation.id : undefined
      return { calls: page, ...(next !== undefined && { next }) }
    },
    comparisons: async ({ before, limit }) => {
      const from = before === undefined ? 0 : 1 + comparisons.findIndex(({ id }) => id === before)
      return comparisons.slice(from, from + limit)
    },
  }
}

/** Newest first. */
function comparisons(count: number): readonly RecordedComparison[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `cmp-${n}`,
    comparedAt: NOW - 1_000 * n,
    ...{ caller: 'local', generationA: `gen-a-${n}`, generationB: `gen-b-${n}`, modelA: SUMS, modelB: VERSE },
    winner: n % 2 === 0 ? 'a' : 'b',
    ...{ judge: 'person', source: 'arena', intents: [], language: 'en', tags: {}, lead: [], costUsd: '0' },
    simulated: false,
  }))
}

interface Scheduled {
  readonly folder: string
  readonly training: ScheduledTraining
  /** Resolves with the message of the next line of the log of which that holds. */
  said(isIt: (message: string) => boolean): Promise<string>
}

function scheduled(
  name: string,
  calls: readonly ListedCall[],
  compared: readonly RecordedComparison[] = [],
): Scheduled {
  const folder = join(root, name)
  const { config } = loadConfig({ environment: { MERITORDER_HOME: folder }, cwd: root })
  const waiting: { isIt: (message: string) => boolean; resolve: (message: string) => void }[] = []
  const hear = (_: object, message: string) => {
    for (const one of waiting.splice(0)) {
      if (one.isIt(message)) one.resolve(message)
      else waiting.push(one)
    }
  }
  const train = { every: '24h', data: [], promote: 'if-better' as const, max_extra_cost: 10 }
  const training = scheduleTraining({
    config: () => ({ ...config, learn: { online: true, train } }),
    market: () => catalog,
    recorder: ledgerOf(calls, compared),
    log: { info: hear, warn: hear, error: hear } as never,
    now: () => NOW,
  })
  return {
    folder,
    training,
    said: (isIt) => new Promise((resolve) => waiting.push({ isIt, resolve })),
  }
}

const isOver = (message: string) => message.startsWith('training ended') || message.startsWith('training put')

test('a training that is due begins at once, in a process of its own, and puts what is better in force', {
  timeout: 500_000,
}, async () => {
  const { folder, training, said } = scheduled('due', ratedTraffic(160), comparisons(620))
  assert.equal(training.status().next_at, new Date(NOW).toISOString())
  const over = said(isOver)
  await said((message) => message === 'training')
  const { running, last } = training.status()
  assert.equal(running?.step, 'reading')
  assert.equal(last?.ended_at, null)
  assert.equal(await over, 'training put a new predictor in force', JSON.stringify(training.status()))
  const status = training.status()
  assert.equal(status.running, null)
  assert.equal(status.next_at, new Date(NOW + 86_400_000).toISOString())
  assert.deepEqual([status.last?.verdict, status.last?.promoted], ['better', true])
  assert.equal(liveVersion(readPredictorChanges(folder)), status.last?.version)
  const { card } = loadPredictor(predictorPath(folder, status.last!.version!), loadIntents())
  assert.deepEqual(
    card.sources.map(({ name, prompts }) => [name, prompts]),
    [
      ['ledger', 160],
      ['comparisons', 620],
    ],
    'every page of comparisons was read',
  )
  await training.close()

  const restarted = scheduled('due', [])
  assert.equal(restarted.training.status().last?.version, status.last?.version, 'a restart remembers')
  assert.equal(restarted.training.status().next_at, status.next_at)
  await restarted.training.close()
})

test('a training that is stopped in the middle changes nothing, and its process ends', {
  timeout: 300_000,
}, async () => {
  const { folder, training, said } = scheduled('stopped', ratedTraffic(160))
  await said((message) => message === 'training')
  await training.close()
  assert.deepEqual(readPredictorChanges(folder), [])
  assert.deepEqual(
    readdirSync(predictorFolder(folder)).filter((name) => name.endsWith('.bin')),
    [],
  )
})

test('without ratings it says so, and waits for its next turn', { timeout: 300_000 }, async () => {
  const { training, said } = scheduled('unrated', [])
  assert.equal(await said(isOver), 'training ended without a new predictor')
  const { last, next_at } = training.status()
  assert.match(last?.problem ?? '', /There is nothing to learn from/)
  assert.equal(next_at, new Date(NOW + 86_400_000).toISOString())
  await training.close()
})
