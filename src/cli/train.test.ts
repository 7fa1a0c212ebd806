import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commandLineIn } from '../../test/command-line.ts'
import { outcomeLines } from '../../test/sums-and-verse.ts'
import {
  listPredictors,
  liveVersion,
  predictorFolder,
  readPredictorChanges,
} from '../learned/predictor-store.ts'
import { acquireLock } from '../store/lock-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-train-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { run } = commandLineIn(folder)
const dataFolder = join(folder, '.meritorder')
const live = () => liveVersion(readPredictorChanges(dataFolder))
const train = (...args: readonly string[]) =>
  run(['train', '--no-ledger', '--data', 'outcomes.jsonl', ...args])

function outcomes(...lines: readonly string[]): void {
  writeFileSync(join(folder, 'outcomes.jsonl'), lines.join('\n'))
}

function line(id: number, a: number, b: number): string {
  const models = { 'openai/gpt-5-mini': { quality: a }, 'deepseek/deepseek-v3.2': { quality: b } }
  return JSON.stringify({ id: `${id}`, prompt: `prompt number ${id}`, outcomes: models })
}

before(() => {
  // Nothing listens there, so records are looked for in the folder.
  writeFileSync(join(folder, 'meritorder.yaml'), 'server: { port: 1 }\n')
  outcomes(outcomeLines(120))
})

test('without ratings or outcomes of several models it says what is missing, and keeps nothing', async () => {
  const nothing = await run(['train'])
  assert.equal(nothing.code, 1)
  assert.match(nothing.stderr, /There is nothing to learn from.*docs\/feedback\.md says how to rate/)
  assert.equal(existsSync(join(dataFolder, 'db')), false, 'looking for ratings makes no database')
  outcomes(JSON.stringify({ id: 'a', prompt: 'a', outcomes: { 'acme/one': { quality: 1 } } }))
  const one = await train()
  assert.equal(one.code, 2)
  assert.match(one.stderr, /Only one model, acme\/one, has outcomes/)
  outcomes(line(1, 1, 0), line(2, Number.NaN, 0))
  const nan = await train()
  assert.equal(nan.code, 2)
  assert.match(nan.stderr, /outcomes\.jsonl:2 says quality null/)
  assert.deepEqual(listPredictors(dataFolder), [])
})

test('where all ratings are equal there is nothing to gain, and nothing goes live by itself', async () => {
  outcomes(...Array.from({ length: 80 }, (_, i) => line(i, 1, 1)))
  const { code, stdout, stderr } = await train('--json')
  assert.equal(code, 0, stderr)
  const report = JSON.parse(stdout)
  assert.equal(report.promoted, false)
  assert.deepEqual(report.held_out.quality_difference, { mean: 0, low: 0, high: 0 })
  const shown = await run(['predictors', 'show', report.version, '--json'])
  assert.equal(JSON.parse(shown.stdout).guard, null, 'no lead pays')
  assert.equal(live(), undefined)
})

test('better on outcomes without traffic to replay it on is kept, not promoted; a dry run keeps nothing', async () => {
  outcomes(outcomeLines(120))
  const before = listPredictors(dataFolder).length
  const imported = await run(['import', 'outcomes', 'outcomes.jsonl', '--json'])
  const dry = await run(['train', '--no-ledger', '--dry-run', '--max-extra-cost', '20'])
  await run(['import', 'undo', JSON.parse(imported.stdout).id])
  assert.equal(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /cannot tell, is not in force.*no recent, rated traffic.*this is a dry run/s)
  assert.equal(listPredictors(dataFolder).length, before)
  const { stdout } = await train('--json', '--max-extra-cost', '20')
  const report = JSON.parse(stdout)
  assert.deepEqual([report.verdict, report.promoted, report.live], ['cannot-tell', false, null])
  assert.ok(report.held_out.quality_difference.low > 0.1, stdout)
  assert.equal(listPredictors(dataFolder).length, before + 1)
})

test('a file that is no predictor is refused and changes nothing; one from elsewhere goes into force', async () => {
  writeFileSync(join(folder, 'foreign.bin'), 'GGUF or something')
  const refused = await run(['predictors', 'promote', './foreign.bin'])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /predictor was refused: it is another kind of file/)
  assert.match(
    (await run(['predictors', 'promote', 'ffffffffffff'])).stderr,
    /There is no predictor ffffffffffff/,
  )
  assert.equal(live(), undefined)
  const { code, stderr } = await run([
    'fit',
    '--data',
    'outcomes.jsonl',
    '--seed',
    '9',
    '--out',
    'elsewhere.bin',
  ])
  assert.equal(code, 0, stderr)
  const promoted = await run(['predictors', 'promote', './elsewhere.bin', '--json'])
  assert.equal(JSON.parse(promoted.stdout).version, live())
})

test('a disk that takes no more leaves what was in force, and no half-written version', () => {
  const before = { live: live(), files: readdirSync(predictorFolder(dataFolder)) }
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  // The system refuses every write beyond 8 KiB of a file.
  const command = `ulimit -f 8; exec "${process.execPath}" "${main}" train --no-ledger --data outcomes.jsonl --seed 3 --promote always`
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 1, stderr)
  assert.match(stderr, /error: EFBIG/)
  assert.deepEqual({ live: live(), files: readdirSync(predictorFolder(dataFolder)) }, before)
})

test('two trainings do not run at once on one data folder', async () => {
  mkdirSync(predictorFolder(dataFolder), { recursive: true })
  const lock = acquireLock(join(predictorFolder(dataFolder), 'training.lock'), Date.now)
  const { code, stderr } = await train()
  lock.release()
  assert.equal(code, 1)
  assert.match(stderr, /Another training runs on this data folder, in process \d+/)
})

test('beside a gateway that listens elsewhere than the configuration says, the way to name it is told', async () => {
  mkdirSync(join(dataFolder, 'journal'), { recursive: true })
  const lock = acquireLock(join(dataFolder, 'lock'), Date.now)
  const { code, stderr } = await run(['train', '--data', 'outcomes.jsonl'])
  lock.release()
  assert.equal(code, 1)
  assert.match(
    stderr,
    /No gateway answers at http:\/\/127\.0\.0\.1:1; name another address with --url.*in use by process/,
  )
})
