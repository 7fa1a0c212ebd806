import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { commandLineIn } from '../../test/command-line.ts'
import { samplePrompts } from '../../test/sample-prompts.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-intents-'))
const { run, start } = commandLineIn(folder)
after(() => rmSync(folder, { recursive: true, force: true }))

const lines = samplePrompts(12).map((prompt, i) => JSON.stringify({ id: `${i}`, ...prompt }))
writeFileSync(join(folder, 'all.jsonl'), lines.join('\n'))
writeFileSync(join(folder, 'all-again.jsonl.gz'), gzipSync(lines.join('\n')))
writeFileSync(join(folder, 'copy.jsonl'), lines.join('\n'))
writeFileSync(join(folder, 'some.jsonl'), lines.filter((_, i) => i % 3 === 0).join('\n'))

async function evaluated(...args: readonly string[]) {
  const { code, stdout, stderr } = await run(['intents', 'eval', ...args, '--json'])
  assert.equal(code, 0, stderr)
  return { value: JSON.parse(stdout), stderr }
}

test('the shipped classifier is scored on labelled prompts, plain or gzipped', async () => {
  const { value, stderr } = await evaluated('--data', 'all.jsonl')
  assert.equal(value.n, 36)
  for (const field of ['top1', 'top3', 'group', 'ece'])
    assert.ok(value[field] >= 0 && value[field] <= 1, field)
  assert.ok(value.top3 >= value.top1)
  assert.ok(value.top1 > 0.6, `${value.top1}`)
  assert.equal(stderr, '')
  assert.deepEqual((await evaluated('--data', 'all-again.jsonl.gz')).value, value)
})

test('people get sentences and a table of confusions', async () => {
  const { code, stdout } = await run(['intents', 'eval', '--data', 'all.jsonl'])
  assert.equal(code, 0)
  assert.match(stdout, /of 36 prompts have their label as most probable intent/)
})

// It is said before the fit, which takes a minute: src/learn/intents/refit.test.ts has what comes of it.
test('what is fitted on is said first: other prompts less those that are tested, or each fifth by the other four', async () => {
  const saying = async (data: string, fitOn: string) => {
    const child = start(['intents', 'eval', '--data', data, '--fit-on', fitOn, '--json'])
    const exit = once(child, 'exit')
    let said = ''
    for await (const piece of child.stderr) {
      said += piece
      if (said.includes('own.')) break
    }
    child.kill('SIGKILL')
    await exit
    return said
  }
  assert.match(await saying('all.jsonl', 'copy.jsonl'), /Five-fold cross-validation.*of Meritorder's own/)
  assert.match(
    await saying('some.jsonl', 'all-again.jsonl.gz'),
    /Fitted on 24 prompts of all-again\.jsonl\.gz, less 12 that are in some\.jsonl too/,
  )
})

test('a row that is wrong is named by file and line', async () => {
  writeFileSync(join(folder, 'bad.jsonl'), `${lines[0]}\n{"prompt":"x","intent":"juggling"}`)
  const { code, stdout } = await run(['intents', 'eval', '--data', 'bad.jsonl', '--json'])
  assert.equal(code, 1)
  assert.match(JSON.parse(stdout).error.message, /bad\.jsonl:2: "juggling" is no intent we know/)
})

test('no data is wrong use', async () => {
  assert.equal((await run(['intents', 'eval'])).code, 2)
})
