import type { Answer } from '../dispatch/answer.ts'
import type { Call } from '../receive/call.ts'
import type { Rating } from '../record/rating.ts'
import type { Recorder } from '../record/recorder.ts'
import { answerSignals } from './answer-signals.ts'
import type { Repeats } from './repeats.ts'

/**
 * Records what a call shows without anybody saying it, as ratings of kind `signal`, which no outcome and no leaderboard
 * counts. To be called once the caller has the answer. Of a call of which nothing is kept nothing is looked at, nor of
 * one that the gateway made itself: it says nothing about what a caller wanted.
 */
export function noteSignals(
  recorder: Pick<Recorder, 'rate'>,
  repeats: Repeats,
  call: Call,
  answer: Answer,
  toolCallsValid: boolean | undefined,
): void {
  if (call.storage === 'off' || call.own !== undefined) return
  const shown = answerSignals(answer, call.request.response_format?.type, toolCallsValid)
  const ratings = Object.entries(shown).map(([name, value]) => signalOf(call, call.id, name, value))
  const repeat = repeats.note(call, answer.outcome)
  if (repeat !== undefined) ratings.push(signalOf(call, repeat.generationId, repeat.signal, 1))
  // It never throws, and a loss is counted and logged where it happens.
  if (ratings.length > 0) void recorder.rate(ratings)
}

function signalOf(call: Call, generationId: string, name: string, value: number): Rating {
  return {
    generationId,
    caller: call.caller.name,
    kind: 'signal',
    name,
    value,
    text: null,
    ratedAt: call.receivedAt,
    source: 'meritorder',
  }
}
