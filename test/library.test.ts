import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { createRouter } from '../src/index.ts'
import { practiceCatalog } from '../src/simulate/practice-market.ts'
import { commandLineIn } from './command-line.ts'
import { damagePredictor } from './damaged-predictor.ts'
import { sampleTickets } from './sample-tickets.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { outcomeLines, sum, verse } from './sums-and-verse.ts'

let house: TestGateway
before(async () => {
  house = await startTestGateway()
})
after(() => house.close())

const inFolder = (name: string) => join(house.folder, name)
const router = () =>
  createRouter({ catalog: practiceCatalog(house.simulator.url), dataFolder: inFolder('data') })

/** What the gateway says, once it works with the same fitted files. */
async function fromGateway(prompt: string, artifact: string): Promise<unknown> {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] })
  for (;;) {
    const reply = await fetch(`${house.gateway.url}/v1/route`, { method: 'POST', body })
    const said: unknown = await reply.json()
    if (z.object({ artifact: z.string() }).parse(said).artifact === artifact) return said
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('with the data folder of a gateway a router in-process decides as the gateway does', {
  timeout: 120_000,
}, async () => {
  writeFileSync(inFolder('tickets.txt'), sampleTickets(20).join('\n'))
  writeFileSync(inFolder('outcomes.jsonl'), outcomeLines(400))
  const { run } = commandLineIn(house.folder)
  for (const args of [
    ['intents', 'add', 'ticket', '--examples', 'tickets.txt'],
    ['fit', '--data', 'outcomes.jsonl'],
  ]) {
    const { code, stderr } = await run(args, { MERITORDER_HOME: inFolder('data') })
    assert.equal(code, 0, stderr)
  }
  const { explain } = router()
  const ticket = 'Ticket: the coffee machine leaks. Draft a reply and set the priority.'
  for (const prompt of [ticket, sum(1001), verse(1001)]) {
    const own = explain([{ role: 'user', content: prompt }])
    assert.match(own.artifact, /predictor:[0-9a-f]{12} intents:[0-9a-f]{12} own-intents:[0-9a-f]{12}$/)
    assert.deepEqual(own, await fromGateway(prompt, own.artifact))
  }
  assert.equal(explain([{ role: 'user', content: ticket }]).intents[0]?.intent, 'ticket')
})

test('own intents or a predictor that cannot be used are refused, not left out in silence', () => {
  writeFileSync(inFolder('data/intents.own.json'), '{')
  assert.throws(router, /intents\.own\.json/)
  damagePredictor(inFolder('data'))
  assert.throws(router, /predictor was refused/)
})
