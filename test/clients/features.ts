import assert from 'node:assert/strict'
import type { Simulator } from '../../src/simulate/simulator.ts'
import type { Client, Feature, Heard, Question } from './client.ts'
import { modelOf, providerOf, type ServedFamily } from './families.ts'

/** One cell of the matrix: a client that talks through the gateway to providers of a family. */
export interface Cell {
  readonly client: Client
  readonly served: ServedFamily
  readonly url: string
  readonly simulator: Simulator
}

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const
const PLACE = { place: 'simulated' }

function ask({ client, url, served }: Cell, question: Partial<Question>): Promise<Heard> {
  const usual = { model: modelOf(served), prompt: 'Grüße 🧪', stream: false, tools: [], reasoning: false }
  return client.ask(url, { ...usual, ...question })
}

/** What each feature must do; throws where it does not. */
export const CHECKS: Readonly<Record<Feature, (cell: Cell) => Promise<void>>> = {
  async chat(cell) {
    const { text, tokens } = await ask(cell, {})
    assert.match(text, /^Simulated answer of .*“Grüße 🧪”/)
    assert.ok(tokens > 0, 'token counts')
  },
  async stream(cell) {
    const { text, tokens } = await ask(cell, { stream: true })
    assert.equal(text, (await ask(cell, {})).text)
    assert.ok(tokens > 0, 'token counts')
  },
  async tool(cell) {
    await useTools(cell, ['weather'], false)
  },
  async 'parallel tools'(cell) {
    await useTools(cell, ['weather', 'time'], false)
  },
  async 'streamed arguments'(cell) {
    await useTools(cell, ['weather', 'time'], true)
  },
  async image(cell) {
    for (const stream of [false, true])
      assert.match((await ask(cell, { image: PIXEL, stream })).text, /You sent an image/)
  },
  async 'structured output'(cell) {
    const { text } = await ask(cell, { schema: SCHEMA })
    assert.deepEqual(JSON.parse(text), { city: 'simulated' })
  },
  async reasoning(cell) {
    for (const stream of [false, true]) {
      const { reasoning, text } = await ask(cell, { reasoning: true, stream })
      assert.match(reasoning, /^Simulated thoughts/, stream ? 'streamed' : 'whole')
      assert.match(text, /^Simulated answer/)
    }
    await useTools(cell, ['weather'], false, true)
  },
  async abort({ simulator, ...rest }) {
    const cell = { ...rest, simulator }
    simulator.setFault({ provider: providerOf(cell.served), fault: 'stall:8', count: 1 })
    const seen = simulator.nextRequest()
    await assert.rejects(ask(cell, { stream: true, leave: new AbortController() }))
    assert.equal(await (await seen).ended, 'aborted')
  },
  async 'error classes'(cell) {
    const provider = providerOf(cell.served)
    for (const [fault, status] of Object.entries(STATUS_OF))
      for (const stream of [false, true]) {
        cell.simulator.setFault({ provider, fault, count: 1 })
        await assert.rejects(ask(cell, { stream }), (error) => {
          assert.equal(
            cell.client.statusOf(error),
            status,
            `${fault}, ${stream ? 'streamed' : 'whole'}: ${error}`,
          )
          return true
        })
      }
    cell.simulator.setFault({ provider, fault: 'cut:8', count: 1 })
    await assert.rejects(ask(cell, { stream: true }), 'a stream that is cut')
  },
}

/**
 * What the caller is told of what the provider answered: our key is nothing that the caller can mend. Hosts that name a time,
 * though it is none, are not asked again within the call.
 */
const STATUS_OF = { 'status:400': 400, 'status:401': 502, 'status:429:0': 429, 'status:500:0': 502 } as const

/** Calls, their results, and the answer to those; with thoughts, whose signatures go back to who made them. */
async function useTools(
  cell: Cell,
  tools: readonly string[],
  stream: boolean,
  reasoning = false,
): Promise<void> {
  const question = { prompt: `Use ${tools.join(' and ')}.`, tools, stream, reasoning }
  const heard = await ask(cell, question)
  assert.deepEqual(
    heard.calls.map((call) => [call.name, call.arguments]),
    tools.map((name) => [name, PLACE]),
  )
  assert.equal(new Set(heard.calls.map(({ id }) => id)).size, tools.length, 'ids')
  const answer = await ask(cell, { ...question, after: { heard, result: 'fine' } })
  assert.match(answer.text, /^Simulated answer/)
  assert.deepEqual(answer.calls, [])
}
