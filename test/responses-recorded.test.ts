import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import OpenAI from 'openai'
import { responses } from '../src/receive/dialects/responses.ts'
import { framed, jsonOf, startTranslation, streamOf, type Translation } from './translated-provider.ts'
import { validatedFetch } from './validated-responses.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'

interface Item {
  readonly type: string
  readonly name?: string
  readonly arguments?: string
  readonly summary?: readonly { readonly text: string }[]
  readonly content?: readonly { readonly text?: string }[]
}
interface Recorded {
  readonly status: string
  readonly error: object | null
  readonly output: readonly Item[]
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
}

/** What a recorded response says, read by nothing that is tested here. Tools that the host ran itself say nothing. */
function saidBy({ output, usage }: Recorded) {
  const texts = (item: Item) => (item.content ?? []).map(({ text }) => text ?? '')
  return {
    text: output.flatMap((item) => (item.type === 'message' ? texts(item) : [])).join(''),
    thoughts: output
      .flatMap((item) => {
        const summary = (item.summary ?? []).map(({ text }) => text)
        return item.type === 'reasoning' ? (summary.length > 0 ? summary : texts(item)) : []
      })
      .join(''),
    calls: output.flatMap(({ type, name, arguments: text }) =>
      type === 'function_call' ? [[name, JSON.parse(text ?? '')]] : [],
    ),
    tokens: [usage.input_tokens, usage.output_tokens],
  }
}

function recordings(): [string, readonly object[]][] {
  return ['azure', 'open-responses', 'openai', 'xai'].flatMap((folder) => {
    let files: string[] = []
    try {
      files = readdirSync(join(FIXTURES, folder))
    } catch {
      // Told below.
    }
    return files.flatMap((file): [string, readonly object[]][] => {
      const text = readFileSync(join(FIXTURES, folder, file), 'utf8')
      const events = file.endsWith('.json')
        ? [JSON.parse(text)]
        : text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line))
      return /"object": ?"response"/.test(text) ? [[`${folder}/${file}`, events]] : []
    })
  })
}

/** The last of several turns in one recording counts: only that one is played. */
function lastTurn(events: readonly object[]): readonly object[] {
  const begin = events.findLastIndex((event) => 'type' in event && event.type === 'response.created')
  return events.slice(Math.max(begin, 0))
}

function piecesOf(events: readonly object[], kind: string): string {
  const pieces = events as readonly { type: string; delta?: string }[]
  return pieces.map(({ type, delta }) => (type === `response.${kind}.delta` ? delta : '')).join('')
}

let t: Translation
let client: OpenAI
before(async () => {
  t = await startTranslation('openai-responses', responses)
  client = new OpenAI({ baseURL: t.url, apiKey: 'none', maxRetries: 0, fetch: validatedFetch })
})
after(() => t.close())

const all = recordings()
if (all.length === 0)
  test('recordings', (context) => context.skip(`none in ${FIXTURES}: set MERITORDER_FIXTURES`))
for (const [name, recorded] of all)
  test(`${name} says the same after both translations`, async () => {
    const events = lastTurn(recorded)
    const isWhole = name.endsWith('.json')
    const last = events.at(-1)! as { response?: Recorded }
    const response = isWhole ? (last as Recorded) : last.response
    t.answer(isWhole ? jsonOf(last) : streamOf([framed(events)]))
    const ask = { model: 'any', input: 'hello' }
    const answer = isWhole ? client.responses.create(ask) : client.responses.stream(ask).finalResponse()
    if (response?.error) return assert.rejects(answer, OpenAI.APIError)
    const said = saidBy((await answer) as unknown as Recorded)
    const whole = saidBy(response!)
    // One recording was written by hand, and its pieces are not those of its end.
    const expected = isWhole ? whole : { ...whole, text: piecesOf(events, 'output_text') }
    // Calls of tools that are no functions reach callers as such: see the table of losses.
    assert.deepEqual(
      said.calls.filter(([called]) => expected.calls.some(([wanted]) => wanted === called)),
      expected.calls,
    )
    assert.deepEqual({ ...said, calls: [] }, { ...expected, calls: [] })
  })
