import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { type CommandLine, commandLineIn } from '../../test/command-line.ts'
import { parsePolicy } from '../config/policy-schema.ts'

let folder: string
let run: CommandLine['run']

type Given = Record<string, { quality: number; cost?: number }>

/** `small` is right on sums and wrong in verse, `large` in nine cases of ten. */
function write(name: string, count: number, outcomesOf = (outcomes: Given, _: number) => outcomes): void {
  const lines = Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    prompt: i % 2 === 0 ? `What is ${i} + 4?` : `A poem about the ${i}th lighthouse, please.`,
    outcomes: outcomesOf(
      {
        'acme/large': { quality: i % 10 === 0 ? 0 : 1, cost: 0.002 },
        'acme/small': { quality: i % 2 === 0 ? 1 : 0, cost: 0.0001 },
      },
      i,
    ),
  }))
  writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-calibrate-'))
  run = commandLineIn(folder).run
  write('outcomes.jsonl', 240)
  write('gaps.jsonl', 60, (outcomes, i) => ({
    ...(i % 6 > 0 && { 'acme/large': outcomes['acme/large']! }),
    'acme/small': outcomes['acme/small']!,
    'acme/free': { quality: 0 },
  }))
  write('one-model.jsonl', 60, (outcomes) => ({ 'acme/large': outcomes['acme/large']! }))
  write('few.jsonl', 20)
  write('no-cost.jsonl', 60, (outcomes) => ({ ...outcomes, 'acme/large': { quality: 1 } }))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const share = z.number().min(0)
const interval = z.strictObject({ mean: share, lo: share, hi: share })

/** The contract, as docs/json-output.md states it. */
const Contract = z.strictObject({
  proven: z.boolean(),
  n: z.int().positive(),
  models: z.int().min(2),
  folds: z.int().min(2),
  seed: z.int(),
  duplicates: z.int().min(0),
  without_baseline: z.int().min(0),
  keep: share,
  confidence: share.max(1),
  baseline: z.strictObject({ model: z.string(), quality: share.max(1), cost: share }),
  router: z.strictObject({
    quality_band: share.max(1),
    quality: share.max(1),
    cost: share,
    quality_share: interval,
    proven_share: share,
    cost_share: interval.nullable(),
    shares: z.record(z.string(), share.max(1)),
  }),
  more_prompts: z.int().positive().nullable(),
  policies: z.record(z.string(), z.unknown()).nullable(),
})

const ofLarge = ['--baseline', 'acme/large', '--folds', '2']

async function json(args: readonly string[], exitCode: number) {
  const { code, stdout, stderr } = await run(['calibrate', ...args, ...ofLarge, '--json'])
  assert.equal(code, exitCode, stderr)
  return { value: Contract.parse(JSON.parse(stdout)), stderr }
}

describe('calibrate', { concurrency: 4 }, () => {
  it('--json keeps the contract, and its policy is one that meritorder.yaml takes', async () => {
    const { value } = await json(['--data', 'outcomes.jsonl', '--keep', '0.9', '--name', 'careful'], 0)
    assert.deepEqual([value.proven, value.n, value.models, value.more_prompts], [true, 240, 2, null])
    assert.ok(value.router.proven_share >= 0.9 && value.router.cost_share!.mean < 0.6)
    const { careful } = value.policies as Record<string, unknown>
    const policy = parsePolicy(careful, 'careful', 'policy', '')
    assert.equal(policy.qualityBand, value.router.quality_band)
    assert.deepEqual(policy.limits, { allowedModels: ['acme/large', 'acme/small'] })
    assert.match(policy.evidence!.sha256, /^[0-9a-f]{16}$/)
    const { data, baseline, keep, confidence, prompts } = policy.evidence!
    assert.deepEqual(
      [data, baseline, keep, confidence, prompts],
      ['outcomes.jsonl', 'acme/large', 0.9, 0.95, 240],
    )
  })

  it('prints the policy to paste, which `route` then quotes', async () => {
    const { code, stdout } = await run(['calibrate', '--data', 'outcomes.jsonl', '--keep', '0.9', ...ofLarge])
    assert.equal(code, 0)
    assert.equal(stripVTControlCharacters(stdout), stdout)
    assert.match(
      stdout,
      /^→ Within 0(\.\d+)? of the best predicted quality, routing keeps at least 90 % of the quality of acme\/large, with 95 % confidence\.$/m,
    )
    const pasted = stdout.slice(stdout.indexOf('policy:\n'))
    assert.deepEqual(Object.keys(parse(pasted).policy.policies), ['calibrated'])
    // These models are none that the catalog knows.
    writeFileSync(
      join(folder, 'pasted.yaml'),
      pasted.replaceAll('acme/large', 'openai/gpt-4o').replaceAll('acme/small', 'openai/gpt-4o-mini'),
    )
    const routed = await run([
      'route',
      '--config',
      'pasted.yaml',
      '--policy',
      'calibrated',
      '--all-providers',
      '--json',
      'Hello',
    ])
    assert.equal(routed.code, 0, routed.stderr)
    assert.match(
      JSON.parse(routed.stdout).reason,
      /calibrated on outcomes\.jsonl: at least 90 % of openai\/gpt-4o's quality there, with 95 % confidence from 240 prompts/,
    )
  })

  it('ends with exit code 1 and no policy where nothing is proven, and says how many prompts it would take', async () => {
    const near = await json(['--data', 'outcomes.jsonl', '--keep', '1.05', '--confidence', '0.9999'], 1)
    assert.deepEqual(
      [near.value.proven, near.value.policies, near.value.router.quality_band],
      [false, null, 0],
    )
    assert.ok(near.value.more_prompts! > 0)
    const { code, stdout } = await run(['calibrate', '--data', 'outcomes.jsonl', '--keep', '1.4', ...ofLarge])
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^→ Not proven that .* at least 140 % .*\n.*no number of such prompts would prove it\.$/m,
    )
  })

  it('leaves out models without a cost and prompts without the baseline, and says so', async () => {
    const { value, stderr } = await json(['--data', 'gaps.jsonl', '--keep', '0.3'], 0)
    assert.deepEqual([value.models, value.n, value.without_baseline], [2, 50, 10])
    assert.match(stderr, /Left out, as no outcome of theirs has a "cost": acme\/free/)
  })
})

describe('calibrate with what cannot be calibrated is wrong use: exit code 2 and a plain sentence', {
  concurrency: 4,
}, () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no file', [...ofLarge], /--data/],
    ['no baseline', ['--data', 'outcomes.jsonl'], /--baseline/],
    ['a file that is not there', ['--data', 'gone.jsonl', ...ofLarge], /no file gone\.jsonl/],
    [
      'an unknown baseline',
      ['--data', 'outcomes.jsonl', '--baseline', 'acme/lage'],
      /Did you mean acme\/large/,
    ],
    ['nothing to keep', ['--data', 'outcomes.jsonl', ...ofLarge, '--keep', '0'], /above 0, at most 1\.5/],
    ['too much to keep', ['--data', 'outcomes.jsonl', ...ofLarge, '--keep', '95'], /above 0, at most 1\.5/],
    [
      'certainty',
      ['--data', 'outcomes.jsonl', ...ofLarge, '--confidence', '1'],
      /above 0\.5, at most 0\.9999/,
    ],
    [
      'a name that no policy can have',
      ['--data', 'outcomes.jsonl', ...ofLarge, '--name', 'My policy'],
      /small letters/,
    ],
    ['one model', ['--data', 'one-model.jsonl', ...ofLarge], /only one model, acme\/large/],
    ['too few prompts', ['--data', 'few.jsonl', ...ofLarge], /too few prompts: 20/],
    [
      'a baseline without a cost',
      ['--data', 'no-cost.jsonl', ...ofLarge],
      /no outcome of acme\/large has a "cost"/,
    ],
  ]
  for (const [name, args, message] of wrong)
    it(name, async () => {
      const { code, stdout, stderr } = await run(['calibrate', ...args, '--json'])
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.equal(JSON.parse(stdout).error.code, 'invalid_request')
    })
})
