import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { catalogOf, endpoint } from '../../test/sample-market.ts'
import { loadArtifacts } from '../artifacts.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { shiftsFor } from '../decide/experience.ts'
import { clustersPath } from '../learned/clusters-file.ts'
import { HEALTH_UNKNOWN } from '../market/health.ts'
import type { Comparison } from '../record/comparison.ts'
import type { ComparedGenerations } from '../record/comparisons.queries.ts'
import { packVector } from '../record/fingerprint.ts'
import type { RatedGeneration, RatingPlace } from '../record/ratings.queries.ts'
import type { Rules } from '../serve/house.ts'
import { createLog } from '../telemetry/log.ts'
import { understand } from '../understand/understand.ts'
import { followRatings } from './live-experience.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-experience-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const { intents, quality } = loadArtifacts()
const MODELS = ['acme/one', 'acme/two']
const catalog = catalogOf(MODELS.map((slug) => endpoint(`p/${slug}`, slug, [1, 1])))
const table = compileCandidates({ catalog, health: () => HEALTH_UNKNOWN }, quality)

const rulesWith = (online: boolean, market = table) =>
  ({ config: { learn: { online } }, table: market, space: undefined }) as unknown as Rules

const body = (n: number) => ({
  model: 'auto',
  messages: [{ role: 'user', content: `Add ${n} and ${n * 7}.` }],
})
const prompt = understand(body(3), intents, undefined, undefined, true)

const rated = (n: number, model: string, value: number, withBody = true): RatedGeneration => ({
  rating: {
    generationId: `gen-${String(n).padStart(32, '0')}`,
    caller: 'local',
    kind: 'thumb',
    name: '',
    value,
    text: null,
    ratedAt: 1_000 + n,
    source: 'meritorder',
  },
  dialect: 'chat-completions',
  model,
  simulated: false,
  candidates: [
    {
      endpoint: `p/${model}`,
      model,
      provider: 'p',
      quality: 0.6,
      experience: { ratings: 3, shift: 0.1 },
      cost_usd: null,
      latency_ms: 1,
      carbon_g: 0,
      merit: 0,
    },
  ],
  request: withBody ? Buffer.from(JSON.stringify(body(n))) : null,
})

/** A record that answers page by page, newest first. */
function recordOf(all: readonly RatedGeneration[], pairs: readonly ComparedGenerations[] = []) {
  return {
    asked: 0,
    async rated(limit: number, before?: RatingPlace) {
      this.asked++
      const older = all.filter(({ rating }) => before === undefined || rating.ratedAt < before.ratedAt)
      return older.toReversed().slice(0, limit)
    },
    async compared(limit: number, before?: string) {
      const at =
        before === undefined ? pairs.length : pairs.findIndex((pair) => pair.comparison.id === before)
      return pairs.slice(0, at).toReversed().slice(0, limit)
    },
  }
}

function follow(recorder: ReturnType<typeof recordOf>, online = true, dataFolder = folder, market = table) {
  return followRatings({
    rules: () => rulesWith(online, market),
    intents: () => intents,
    recorder,
    dataFolder,
    log: createLog('silent'),
  })
}

function shifts(live: ReturnType<typeof followRatings>): number[] {
  return [...shiftsFor(live.see(prompt)!, table.rowOfModel).quality]
}

test('after a restart the record gives the same experience, page by page', async () => {
  const all = Array.from({ length: 450 }, (_, n) => rated(n, MODELS[n % 2]!, n % 3 === 0 ? 1 : 0, n % 5 > 0))
  const live = follow(recordOf([]))
  for (const one of all) live.take(one)
  const record = recordOf(all)
  const again = follow(record)
  await again.restart()
  assert.deepEqual(shifts(again), shifts(live))
  assert.equal(record.asked, 3)
  assert.ok(shifts(live).some((shift) => shift !== 0))
})

test('what is said while the record is read is not lost', async () => {
  const all = Array.from({ length: 20 }, (_, n) => rated(n, 'acme/one', 0))
  const live = follow(recordOf(all))
  const starting = live.restart()
  live.take(rated(99, 'acme/two', 1))
  await starting
  const fresh = follow(recordOf([]))
  for (const one of [...all, rated(99, 'acme/two', 1)]) fresh.take(one)
  assert.deepEqual(shifts(live), shifts(fresh))
})

const compared = (n: number, winner: Comparison['winner']): ComparedGenerations => ({
  comparison: {
    id: `cmp-${String(n).padStart(32, '0')}`,
    comparedAt: 2_000 + n,
    caller: 'local',
    generationA: '',
    generationB: '',
    modelA: 'acme/one',
    modelB: 'acme/two',
    winner,
    judge: 'person',
    source: 'arena',
    intents: [],
    language: 'en',
    tags: {},
    lead: [],
    costUsd: '0',
    simulated: false,
  },
  dialect: 'chat-completions',
  candidates: [],
  request: Buffer.from(JSON.stringify(body(n))),
})

test('comparisons move the winner above the loser, once each, now and after a restart', async () => {
  const pairs: ComparedGenerations[] = []
  const live = follow(recordOf([], pairs))
  for (let n = 0; n < 12; n++) {
    pairs.push(compared(n, 'b'))
    await live.lookForComparisons()
    await live.lookForComparisons()
  }
  const [one, two] = shifts(live)
  assert.ok(two! > 0 && one! < 0, `${one} ${two}`)
  const again = follow(recordOf([], pairs))
  await again.restart()
  assert.deepEqual(shifts(again), shifts(live))
})

test('what is said of simulated answers moves nothing on a real market, and counts on one to practise on', async () => {
  const ratings = Array.from({ length: 30 }, (_, n) => ({ ...rated(n, 'acme/one', 0), simulated: true }))
  const pair = compared(1, 'b')
  const pairs = [{ ...pair, comparison: { ...pair.comparison, simulated: true } }]
  const learned = async (market: typeof table) => {
    const live = follow(recordOf(ratings, pairs), true, folder, market)
    await live.restart()
    live.take({ ...rated(99, 'acme/one', 0), simulated: true })
    return shifts(live)
  }
  assert.deepEqual(await learned(table), [0, 0])
  const providers = table.providers.map((provider) => ({ ...provider, simulated: true as const }))
  const [one] = await learned({ ...table, providers })
  assert.ok(one! < -0.05, `${one}`)
})

test('a comparison of which neither the prompt nor a prediction is kept teaches nothing', async () => {
  const live = follow(recordOf([], [{ ...compared(1, 'a'), dialect: '', request: null }]))
  await live.lookForComparisons()
  assert.ok(shifts(live).every((shift) => shift === 0))
})

test('a rating that is met twice counts once', () => {
  const [once, twice] = [follow(recordOf([])), follow(recordOf([]))]
  once.take(rated(1, 'acme/one', 1))
  for (let i = 0; i < 3; i++) twice.take(rated(1, 'acme/one', 1))
  assert.deepEqual(shifts(twice), shifts(once))
})

test('without its prompt a rating is measured against what was predicted then, less what experience had added', () => {
  const live = follow(recordOf([]))
  live.take(rated(1, 'acme/one', 0.5, false))
  assert.ok(shifts(live).every((shift) => Math.abs(shift) < 1e-12))
  live.take(rated(2, 'acme/one', 1, false))
  assert.ok(shifts(live)[0]! > 0)
})

test('switched off nothing is learned and nothing is seen', () => {
  const live = follow(recordOf([]), false)
  live.take(rated(1, 'acme/one', 1))
  assert.equal(live.see(prompt), undefined)
})

test('a record that cannot be read leaves a gateway that learns from what comes', async () => {
  const live = follow({ ...recordOf([]), rated: () => Promise.reject(new Error('no database')) })
  await live.restart()
  live.take(rated(1, 'acme/one', 1))
  assert.ok(shifts(live)[0]! > 0)
})

test('clusters are found after 500 prompts, kept, and those of a damaged file found anew', async () => {
  const own = mkdtempSync(join(tmpdir(), 'meritorder-clusters-'))
  after(() => rmSync(own, { recursive: true, force: true }))
  writeFileSync(clustersPath(own), '{"version":1,"embedder":')
  const prompts = [3, 4, 5, 6].map((n) => understand(body(n), intents, undefined, undefined, true))
  const live = follow(recordOf([]), true, own)
  for (let i = 0; i < 500; i++) live.see(prompts[i % 4]!)
  // The learner by clusters is in force when the record has been read.
  await live.restart()
  const { prompt: seen } = live.see(prompt)!
  assert.ok(seen.length > 1)
  assert.deepEqual(follow(recordOf([]), true, own).see(prompt)!.prompt, seen)
})

test('what another gateway on the same database was told is learned from with the next look at it', async () => {
  const all = Array.from({ length: 50 }, (_, n) => rated(n, 'acme/one', n % 4 === 0 ? 1 : 0))
  const record = recordOf(all)
  const looked = Promise.withResolvers<void>()
  const live = followRatings({
    rules: () => rulesWith(true),
    intents: () => intents,
    recorder: {
      rated: (limit, before) => {
        // The third page ends the first look, the fourth begins the second.
        if (record.asked === 3) looked.resolve()
        return record.rated(limit, before)
      },
      compared: (limit, before) => record.compared(limit, before),
    },
    dataFolder: folder,
    pollMs: 1,
    log: createLog('silent'),
  })
  after(() => live.close())
  await looked.promise
  const fresh = follow(recordOf([]))
  for (const one of all) fresh.take(one)
  assert.deepEqual(shifts(live), shifts(fresh))
})

test('a call whose words are not kept teaches by its fingerprint what kind of prompt it was', async () => {
  const verse = (n: number) => ({
    model: 'auto',
    messages: [{ role: 'user', content: `Write a sad poem in ${n + 2} verses about the sea at night.` }],
  })
  const of = (n: number) => (n % 2 === 0 ? body(n) : verse(n))
  const read = (n: number) => understand(of(n), intents, undefined, undefined, true)
  // One model is good at sums, the other at verses.
  const words = Array.from({ length: 200 }, (_, n): RatedGeneration => {
    const which = (n >> 1) % 2
    const one = rated(n, MODELS[which]!, which === n % 2 ? 1 : 0)
    return { ...one, request: Buffer.from(JSON.stringify(of(n))) }
  })
  const hashed = words.map((one, n): RatedGeneration => {
    const { embedding, shape } = read(n)
    const fingerprint = {
      promptHash: String(n),
      embedder: intents.embedder.id,
      embedding: packVector(embedding),
      shape: packVector(shape!),
    }
    return { ...one, request: null, fingerprint }
  })
  const own = mkdtempSync(join(folder, 'hashed-'))
  const learned = async (all: readonly RatedGeneration[]) => {
    const live = follow(recordOf([]), true, own)
    for (let n = 0; n < 500; n++) live.see(read(n))
    await live.restart()
    for (const one of all) live.take(one)
    return [0, 1].map((n) => [...shiftsFor(live.see(read(n))!, table.rowOfModel).quality])
  }
  const [sums, verses] = await learned(hashed)
  assert.ok(sums![0]! > sums![1]!)
  assert.ok(verses![1]! > verses![0]!)
  const strangers = hashed.map((one) => ({ ...one, fingerprint: { ...one.fingerprint!, embedder: 'other' } }))
  assert.ok((await learned(strangers)).flat().every((shift) => Math.abs(shift) < 1e-12))
})
