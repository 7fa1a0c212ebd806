import { LRUCache } from 'lru-cache'
import { MeritorderError } from '../errors.ts'
import type { ChatRequest } from '../receive/chat-request.ts'
import type { Embedder, OutsideVectors } from '../understand/embedder.ts'
import { promptText } from '../understand/text.ts'
import { type OutsideEmbedder, textToEmbed } from './outside-embedder.ts'
import { checkWidth, recognise } from './recognise.ts'

/** The vector of a live prompt, or why there is none; neither where none is needed. */
export interface LiveVector {
  readonly vector?: Float32Array
  /** For the caller's eyes: nothing of what the host said. */
  readonly problem?: string
}

/** Finds the vector of a prompt for the space in force. Never throws, and never takes longer than its time limit. */
export type FindVector = (request: ChatRequest, space: Embedder | undefined) => Promise<LiveVector>

export interface LiveOptions {
  /** How long a call waits, ms. */
  readonly timeoutMs: number
  /** ms */
  readonly now: () => number
  /** Told what is wrong, and how many calls it has cost their prediction since last told. */
  readonly tell: (problem: string, calls: number) => void
}

/** Texts asked for last whose vectors are kept, as tool loops and retries come back with them; at 3,072 numbers a vector, 12 MB. */
const REMEMBERED = 1_000
/** So many failures in a row are no accident: then it is left alone for a while, so that not every call waits in vain. */
const FAILURES = 3
const PAUSE_MS = 10_000
/** Failures are told at most this often. */
const TELL_EVERY_MS = 60_000

/** Asks an outside embedder for the vectors of live calls. */
export function liveVectors(embedder: OutsideEmbedder, options: LiveOptions): FindVector {
  const { timeoutMs, now, tell } = options
  const recent = new LRUCache<string, Float32Array>({ max: REMEMBERED })
  /** The space that the embedder was found to be the one of. */
  let recognised: Embedder | undefined
  let failures = 0
  let pausedUntil = 0
  let missed = 0
  let toldAt = -TELL_EVERY_MS

  const miss = (why: string, problem: string): LiveVector => {
    missed++
    if (now() - toldAt >= TELL_EVERY_MS) {
      tell(why, missed)
      toldAt = now()
      missed = 0
    }
    return { problem }
  }
  const ask = async (text: string, space: Embedder, outside: OutsideVectors): Promise<Float32Array> => {
    const signal = AbortSignal.timeout(timeoutMs)
    if (recognised !== space) {
      await recognise(embedder, outside, signal)
      recognised = space
      recent.clear()
    }
    const [vector] = await embedder.embed([text], signal)
    checkWidth(embedder, vector!, outside.probe)
    recent.set(text, vector!)
    return vector!
  }
  const failed = (error: unknown): LiveVector => {
    // Whoever answers next may be another.
    recognised = undefined
    if (++failures >= FAILURES) pausedUntil = now() + PAUSE_MS
    const isLate = error instanceof MeritorderError && error.code === 'timeout'
    const problem = isLate ? `did not answer within ${timeoutMs} ms` : 'failed'
    return miss(
      error instanceof Error ? error.message : String(error),
      `the embedder ${embedder.name} ${problem}`,
    )
  }

  return async (request, space) => {
    const outside = space?.outside
    if (space === undefined || outside === undefined) return {}
    const text = textToEmbed(promptText(request))
    if (text === '') return { vector: new Float32Array(outside.probe.length) }
    const known = recognised === space ? recent.get(text) : undefined
    if (known !== undefined) return { vector: known }
    if (now() < pausedUntil)
      return miss('it is left alone for a moment', `the embedder ${embedder.name} failed repeatedly`)
    try {
      const vector = await ask(text, space, outside)
      failures = 0
      return { vector }
    } catch (error) {
      return failed(error)
    }
  }
}
