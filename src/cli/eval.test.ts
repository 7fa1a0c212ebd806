import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { type CommandLine, commandLineIn } from '../../test/command-line.ts'

let folder: string
let run: CommandLine['run']

interface Line {
  readonly id: string
  readonly prompt: string
  readonly task?: string
  readonly outcomes: Record<string, { quality: number; cost?: number }>
}

const lines = (from: number, count: number): Line[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${from + i}`,
    task: i % 2 === 0 ? 'sums' : 'verse',
    prompt: i % 2 === 0 ? `What is ${from + i} + 4?` : `A poem about the ${from + i}th lighthouse, please.`,
    outcomes: {
      'acme/large': { quality: i % 5 === 0 ? 0 : 1, cost: 0.002 },
      'acme/small': { quality: i % 2, cost: 0.0001 },
    },
  }))

function write(name: string, rows: readonly object[]): void {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-eval-'))
  run = commandLineIn(folder).run
  write('outcomes.jsonl.gz', lines(0, 60))
  write('train.jsonl', lines(0, 40))
  const later = lines(40, 20).map((line) => ({
    ...line,
    outcomes: { ...line.outcomes, fresh: { quality: 1 } },
  }))
  write('later.jsonl', later)
  write(
    'plain.jsonl',
    lines(0, 10).map(({ task: _, ...line }) => line),
  )
  write(
    'one-model.jsonl',
    lines(0, 10).map((line) => ({ ...line, outcomes: { only: { quality: 1 } } })),
  )
  write('one-row.jsonl', lines(0, 1))
  writeFileSync(join(folder, 'broken.jsonl'), '{"id": "1"}\n')
})
after(() => rmSync(folder, { recursive: true, force: true }))

const share = z.number().min(0).max(1)
const cost = z.number().min(0).nullable()
const point = { quality: share, cost }
const costAt = z.strictObject({ '0.95': cost, '0.99': cost, '1.00': cost })

/** The contract, as docs/json-output.md states it. */
const Contract = z.strictObject({
  n: z.int().positive(),
  models: z.int().min(2),
  folds: z.int().positive(),
  seed: z.int(),
  policy: z.string().nullable(),
  duplicates: z.int().min(0),
  best_single: z.strictObject({ model: z.string(), ...point }),
  cheapest_in_band: z.strictObject({ model: z.string(), ...point }),
  random: z.strictObject(point),
  knn: z.strictObject(point),
  task_oracle: z.strictObject(point).nullable(),
  oracle: z.strictObject(point),
  zero_router_cost_at: costAt,
  router: z.strictObject({
    ...point,
    delta: z.strictObject({ mean: z.number(), lo: z.number(), hi: z.number() }),
    cost_share: cost,
    leaves: share,
  }),
  cost_at: costAt,
  aiq: share.nullable(),
  zero_router_aiq: share.nullable(),
  apgr: z.number().nullable(),
  cpt50: share.nullable(),
  cpt80: share.nullable(),
  ece: share,
  ms_per_decision: z.strictObject({ p50: z.number().min(0), p99: z.number().min(0) }),
  shares: z.record(z.string(), share),
  reliability: z.array(z.strictObject({ predicted: share, observed: share, n: z.int().positive() })),
})

async function json(args: readonly string[]) {
  const { code, stdout, stderr } = await run(['eval', ...args, '--json'])
  assert.equal(code, 0, stderr)
  return { value: Contract.parse(JSON.parse(stdout)), stderr }
}

describe('eval', () => {
  it('--json keeps the contract, and is the same for the same seed but for the time', async () => {
    const { value, stderr } = await json(['--data', 'outcomes.jsonl.gz', '--folds', '4', '--seed', '3'])
    assert.equal(stderr, '')
    assert.deepEqual([value.n, value.models, value.folds, value.seed], [60, 2, 4, 3])
    assert.equal(value.best_single.model, 'acme/large')
    assert.ok(Math.abs(Object.values(value.shares).reduce((sum, part) => sum + part) - 1) < 1e-12)
    assert.ok(value.router.delta.lo <= value.router.delta.mean)
    assert.notEqual(value.apgr, null)
    const again = await json(['--data', 'outcomes.jsonl.gz', '--folds', '4', '--seed', '3'])
    assert.deepEqual({ ...again.value, ms_per_decision: 0 }, { ...value, ms_per_decision: 0 })
  })

  it('--holdout-tasks judges on each task after learning from the others', async () => {
    const { value } = await json(['--data', 'outcomes.jsonl.gz', '--holdout-tasks'])
    assert.deepEqual([value.n, value.folds, value.task_oracle], [60, 2, null])
  })

  it('--train and --test are one split; a model that only one of them has is left out and named', async () => {
    const { value, stderr } = await json(['--train', 'train.jsonl', '--test', 'later.jsonl'])
    assert.deepEqual([value.n, value.folds, value.models], [20, 1, 2])
    assert.match(stderr, /train\.jsonl lacks them: fresh/)
  })

  it('prints a verdict and a table for people', async () => {
    const { code, stdout } = await run(['eval', '--data', 'outcomes.jsonl.gz', '--policy', 'cheap'])
    assert.equal(code, 0)
    assert.equal(stripVTControlCharacters(stdout), stdout)
    for (const part of [
      /^→ The router (beats|ties|is worse)/m,
      /▸ +router/,
      /best single model/,
      /zero router/,
      /APGR/,
    ])
      assert.match(stdout, part)
  })

  it('--report writes one page with the command that made it', async () => {
    const { code, stderr } = await run(['eval', '--data', 'outcomes.jsonl.gz', '--report', 'report.html'])
    assert.equal(code, 0)
    assert.match(stderr, /report\.html/)
    const html = readFileSync(join(folder, 'report.html'), 'utf8')
    assert.match(html, /meritorder eval --data outcomes\.jsonl\.gz --seed 1 --report report\.html/)
  })
})

describe('eval with what cannot be evaluated is wrong use: exit code 2 and a plain sentence', {
  concurrency: 4,
}, () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no file', [], /name a file with --data/],
    ['a file that is not there', ['--data', 'gone.jsonl'], /no file gone\.jsonl/],
    ['a file of something else', ['--data', 'broken.jsonl'], /broken\.jsonl:1 has neither a "prompt"/],
    ['one model', ['--data', 'one-model.jsonl'], /only one model, only, .* nothing to route/],
    ['one row', ['--data', 'one-row.jsonl'], /too few prompts/],
    ['more folds than rows', ['--data', 'plain.jsonl', '--folds', '11'], /too few prompts for 11 folds: 10/],
    ['held-out tasks without a task', ['--data', 'plain.jsonl', '--holdout-tasks'], /values of "task"/],
    ['--train without --test', ['--train', 'train.jsonl'], /belong together/],
    ['--train with --folds', ['--train', 'train.jsonl', '--test', 'later.jsonl', '--folds', '3'], /exclude/],
    [
      '--holdout-tasks with --folds',
      ['--data', 'plain.jsonl', '--holdout-tasks', '--folds', '3'],
      /excludes --folds/,
    ],
    [
      'a report in no folder',
      ['--data', 'plain.jsonl', '--report', 'none/r.html'],
      /there is no folder none/,
    ],
    ['an unknown policy', ['--data', 'plain.jsonl', '--policy', 'best'], /quality, balanced, cheap, fast/],
    ['one fold', ['--data', 'plain.jsonl', '--folds', '1'], /from 2 to/],
  ]
  for (const [name, args, message] of wrong)
    it(name, async () => {
      const { code, stdout, stderr } = await run(['eval', '--report', 'wrong.html', ...args, '--json'])
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.equal(JSON.parse(stdout).error.code, 'invalid_request')
      assert.ok(!existsSync(join(folder, 'wrong.html')))
    })
})
