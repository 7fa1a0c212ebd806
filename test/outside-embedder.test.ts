import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { z } from 'zod'
import { commandLineIn, type Ended } from './command-line.ts'
import { type FakeEmbeddings, startFakeEmbeddings } from './fake-embeddings.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { MODELS, outcomeLines, SUMS, sum, VERSE, verse } from './sums-and-verse.ts'

const decisionShape = z.object({
  model: z.string(),
  artifact: z.string(),
  reason: z.string(),
  similar: z.array(z.object({ id: z.string() })),
  candidates: z.array(z.object({ evidence: z.string() })),
})
type Decided = z.output<typeof decisionShape>

let host: FakeEmbeddings
let house: TestGateway
before(async () => {
  host = await startFakeEmbeddings()
  house = await startTestGateway(configuration('word-counter'))
  writeFileSync(join(house.folder, 'outcomes.jsonl'), outcomeLines(160))
})
beforeEach(() => host.behave({}))
after(async () => {
  await house.close()
  await host.close()
})

function configuration(model: string): string {
  return `local_servers: { discover: false }\nembedder: { base_url: "${host.baseUrl}", model: ${model}, key: sk-test, timeout_ms: 300, batch: 100 }\n`
}

async function decide(prompt: string, body: object = {}): Promise<Decided> {
  const response = await fetch(`${house.gateway.url}/v1/route`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'auto',
      messages: [{ role: 'user', content: prompt }],
      plugins: [{ id: 'auto-router', allowed_models: MODELS }],
      policy: 'quality',
      ...body,
    }),
  })
  return decisionShape.parse(await response.json())
}

/** Decides until the artifact in force is as wanted; the test's own time limit ends it. */
async function decideWhen(isInForce: (decision: Decided) => boolean, prompt: string): Promise<Decided> {
  for (;;) {
    const decision = await decide(prompt)
    if (isInForce(decision)) return decision
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function run(...args: string[]): Promise<Ended> {
  return commandLineIn(house.folder).run(args, { MERITORDER_HOME: join(house.folder, 'data') })
}

const isLearned = ({ artifact }: Decided) => artifact.includes('predictor:')

test('what is learned in the space of an embedder from outside steers live calls', {
  timeout: 60_000,
}, async () => {
  const { code, stderr } = await run('fit', '--data', 'outcomes.jsonl', '--json')
  assert.equal(code, 0, stderr)
  // The gateway asks for one text when it starts.
  const sent = host.asked.filter(({ input }) => input.length > 1)
  assert.deepEqual(
    sent.map(({ input, key }) => [input.length, key]),
    [
      [100, 'Bearer sk-test'],
      [61, 'Bearer sk-test'],
    ],
  )
  const onSum = await decideWhen(isLearned, sum(1001))
  assert.equal(onSum.model, SUMS, onSum.reason)
  assert.ok(onSum.similar.length > 0 && onSum.similar.every(({ id }) => Number(id.slice(1)) % 2 === 0))
  const onVerse = await decide(verse(1001))
  assert.equal(onVerse.model, VERSE, onVerse.reason)
  assert.deepEqual(host.asked.at(-1)?.input, [verse(1001)])
})

test('a prompt that comes back is not sent again, and calls that name their model are never sent', async () => {
  await decide(sum(1002))
  host.asked.length = 0
  await decide(sum(1002))
  await decide(sum(1003), { model: SUMS, plugins: [] })
  assert.equal(host.asked.length, 0)
})

test('case 40: a slow embedder holds a call up no longer than configured; it is decided by the leaderboards, and says so', async () => {
  host.behave({ delayMs: 5_000 })
  const started = performance.now()
  const decision = await decide(sum(1004))
  assert.ok(performance.now() - started < 2_000)
  assert.equal(isLearned(decision), false)
  assert.match(
    decision.reason,
    /without what was learned from outcomes: .*word-counter did not answer within 300 ms/,
  )
  assert.ok(decision.candidates.every(({ evidence }) => evidence !== 'outcomes'))
})

test('case 40: so it is with one that is broken or sends vectors of another length, and it passes', async () => {
  host.behave({ status: 500, body: '{"error":"internal address"}' })
  const decision = await decide(sum(1005))
  assert.equal(isLearned(decision), false)
  assert.match(decision.reason, /the embedder word-counter failed\.$/)
  host.behave({})
  assert.equal(isLearned(await decide(sum(1006))), true)
  host.behave({ width: 32 })
  assert.equal(isLearned(await decide(sum(1007))), false)
  host.behave({})
  assert.equal(isLearned(await decide(sum(1007))), true)
})

test("Pulze's clients are answered by it too, or told that it cannot be asked", async () => {
  const ask = (query: string) =>
    fetch(`${house.gateway.url}/compat/pulze`, { method: 'POST', body: JSON.stringify({ query }) })
  const { scores } = z
    .object({ scores: z.array(z.object({ target: z.string() })) })
    .parse(await (await ask(sum(1011))).json())
  assert.equal(scores[0]?.target, SUMS)
  host.behave({ status: 500 })
  const refused = await ask(sum(1012))
  assert.equal(refused.status, 503)
  assert.match(await refused.text(), /the embedder word-counter failed/)
})

test('the command line asks the embedder too', { timeout: 60_000 }, async () => {
  const routed = await run('route', '--json', '--all-providers', '--allow', MODELS.join(','), sum(1008))
  assert.equal(routed.code, 0, routed.stderr)
  assert.ok(isLearned(decisionShape.parse(JSON.parse(routed.stdout))))
  const judged = await run('eval', '--data', 'outcomes.jsonl', '--folds', '2', '--json')
  assert.equal(judged.code, 0, judged.stderr)
  const { delta } = z
    .object({ router: z.object({ delta: z.object({ lo: z.number() }) }) })
    .parse(JSON.parse(judged.stdout)).router
  assert.ok(delta.lo > 0.1, `${delta.lo}`)
})

test('a predictor of another embedder is refused by both names, and the gateway goes on without it', {
  timeout: 60_000,
}, async () => {
  const file = join(house.folder, 'meritorder.yaml')
  writeFileSync(file, configuration('other-counter'))
  const routed = await run('route', sum(1009))
  assert.equal(routed.code, 0)
  assert.match(
    routed.stderr,
    /refused: it was fitted with the embedder word-counter, and in use is the embedder other-counter/,
  )

  assert.equal((await run('fit', '--data', 'outcomes.jsonl')).code, 0)
  const decision = await decideWhen((one) => !isLearned(one), sum(1010))
  assert.ok(decision.candidates.every(({ evidence }) => evidence !== 'outcomes'))
  assert.doesNotMatch(decision.reason, /without what was learned/, 'there is nothing to learn from')

  writeFileSync(file, 'local_servers: { discover: false }\n')
  const { stderr } = await run('route', sum(1009))
  assert.match(stderr, /fitted with the embedder other-counter, and in use is our own text space/)
})
