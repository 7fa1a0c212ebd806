import { type Dispatcher, request } from 'undici'
import { simulateAnswer } from '../simulated-answer.ts'
import { type CallerSkin, type Heard, SKINS } from './skins.ts'

/** What a caller is about to ask. */
export interface PlannedCall {
  /** Told in the head, and so kept with the record as the tag `app`. */
  readonly tag: string
  readonly prompt: string
  /** One of `SKINS`. */
  readonly skin: string
  readonly model: string
  readonly stream: boolean
  /** The caller leaves after so many characters of a stream. */
  readonly leavesAfter?: number
}

/** Where calls go, and what is known of the simulated hosts that answer. */
export interface CalledGateway {
  readonly url: string
  readonly key?: string
  readonly dispatcher: Dispatcher
  /** The simulator's seed. */
  readonly seed: number
  /** A call that is not over by then hangs, ms. */
  readonly deadlineMs: number
}

/**
 * How a call ended for its caller:
 * - `whole`: status 200, ended as the skin ends an answer, and every character as the host said it
 * - `left`: the caller left, as planned
 * - `refused`: an HTTP error
 * - `failed-early`: a stream that brought an error event and no content
 * - `cut`: content, then the skin's error event
 * - `false-end`: ended as if all were well, with another text than the host's
 * - `broken`: the connection could not be made, or ended without a word
 * - `hung`: not over by the deadline
 */
export type Ending = 'whole' | 'left' | 'refused' | 'failed-early' | 'cut' | 'false-end' | 'broken' | 'hung'

/** A call that is over. */
export interface EndedCall extends PlannedCall {
  readonly ending: Ending
  /** HTTP status; 0 when none came. */
  readonly status: number
  /** The id of its record; undefined where no head came. */
  readonly generation: string | undefined
  /** Who answered, as the head says, or else the answer. */
  readonly provider: string | undefined
  readonly hasContent: boolean
  /** Events that are no JSON, which callers pass over. */
  readonly unreadable: number
  /** Epoch ms. */
  readonly startedAt: number
  /** ms until the first content of a stream, or until the whole answer; undefined where none came. */
  readonly firstContentMs: number | undefined
  readonly totalMs: number
  /** The words of an error. */
  readonly why: string
}

/** Makes one call and reads its reply to the end, as a client would. Never rejects. */
export async function makeCall(plan: PlannedCall, gateway: CalledGateway): Promise<EndedCall> {
  const skin = SKINS[plan.skin]!
  const startedAt = Date.now()
  const start = performance.now()
  const deadline = AbortSignal.timeout(gateway.deadlineMs)
  const heard: Heard = { text: '', ended: false, failed: false, unreadable: 0 }
  let status = 0
  let head: Headers = {}
  let firstContentMs: number | undefined
  const onContent = () => {
    firstContentMs ??= performance.now() - start
  }
  const end = ([ending, why = '']: readonly [Ending, string?]): EndedCall => ({
    ...plan,
    ending,
    status,
    generation: head['x-meritorder-generation-id']?.toString(),
    provider: head['x-meritorder-provider']?.toString() ?? speakerOf(heard.text)?.provider,
    hasContent: heard.text !== '',
    unreadable: heard.unreadable,
    startedAt,
    firstContentMs,
    totalMs: performance.now() - start,
    why: why.slice(0, MOST_WORDS),
  })
  try {
    const reply = await send(plan, skin, gateway, deadline)
    status = reply.statusCode
    head = reply.headers
    if (status !== 200) return end(['refused', await reply.body.text()])
    if (plan.stream) {
      const early = await hearStream(plan, skin, reply.body.setEncoding('utf8'), heard, onContent)
      if (early !== undefined) return end(early)
    } else {
      heard.text = skin.textOf(await reply.body.json())
      onContent()
    }
    return end(compared(heard.text, plan.prompt, head['x-meritorder-provider']?.toString(), gateway.seed))
  } catch (error) {
    if (deadline.aborted) return end(['hung'])
    return end(['broken', error instanceof Error ? `${error.name}: ${error.message}` : String(error)])
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const MOST_WORDS = 500

function send(
  { tag, prompt, model, stream }: PlannedCall,
  skin: CallerSkin,
  { url, key, dispatcher }: CalledGateway,
  signal: AbortSignal,
) {
  return request(`${url}/v1${skin.path}`, {
    method: 'POST',
    dispatcher,
    signal,
    headers: {
      'content-type': 'application/json',
      'x-title': tag,
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ model, ...skin.body(prompt), ...(stream && { stream: true }) }),
  })
}

/** Reads a stream to its end; says how it ended where that is not well. */
async function hearStream(
  { leavesAfter = Number.POSITIVE_INFINITY }: PlannedCall,
  skin: CallerSkin,
  body: AsyncIterable<string>,
  heard: Heard,
  onContent: () => void,
): Promise<readonly [Ending, string?] | undefined> {
  let characters = 0
  let rest = ''
  let last = ''
  for await (const chunk of body) {
    characters += chunk.length
    const events = (rest + chunk).split(/\r?\n\r?\n/)
    rest = events.pop() ?? ''
    for (const data of events.flatMap(dataOf)) {
      last = data
      hearData(data, skin, heard)
    }
    if (heard.text !== '') onContent()
    if (characters >= leavesAfter) return ['left']
  }
  if (heard.failed) return [heard.text === '' ? 'failed-early' : 'cut', last]
  return heard.ended ? undefined : ['broken', 'the stream ended without a last word']
}

function dataOf(event: string): string[] {
  return event.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
}

function hearData(data: string, skin: CallerSkin, heard: Heard): void {
  if (data === '[DONE]') {
    heard.ended = true
    return
  }
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch {
    heard.unreadable += 1
    return
  }
  skin.hear(event, heard)
}

/** Compares an answer with what the host that it names says to the prompt; a head that names another host is wrong. */
function compared(
  heard: string,
  prompt: string,
  provider: string | undefined,
  seed: number,
): readonly [Ending, string?] {
  const text = heard.replace(HUGE, '')
  const speaker = speakerOf(heard)
  if (speaker === undefined) return ['false-end', `no whole answer: ${text.slice(-80)}`]
  if (provider !== undefined && provider !== speaker.provider) {
    return ['false-end', `an answer of ${speaker.provider} in the name of ${provider}`]
  }
  const said = whatIsSaid(speaker.model, speaker.provider, prompt, seed)
  if (text === said) return ['whole']
  return ['false-end', `${text.length} characters instead of ${said.length}: …${text.slice(-80)}`]
}

/** The fault `huge-event` puts a megabyte of one letter into an answer. */
const HUGE = /x{1000,}/

/** Who speaks, by the first sentence of every simulated answer. */
function speakerOf(text: string): { readonly model: string; readonly provider: string } | undefined {
  const [, model, provider] = /^Simulated answer of (\S+) at (\S+) — /.exec(text.replace(HUGE, '')) ?? []
  return model === undefined || provider === undefined ? undefined : { model, provider }
}

function whatIsSaid(model: string, provider: string, prompt: string, seed: number): string {
  const request = {
    model,
    prompt,
    promptTokens: 0,
    stream: false,
    includeUsage: false,
    tools: [],
    toolChoice: 'auto',
    parallelTools: true,
    answersTool: false,
    format: 'text',
    reasoning: false,
    images: 0,
  } as const
  return simulateAnswer(request, provider, seed).text
}
