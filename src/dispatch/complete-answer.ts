import type { LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { MeritorderError } from '../errors.ts'

/** The parts of a stream that runs to its end and ends by itself. @throws what stands in an error part, MeritorderError for a cut stream */
export async function* wholeStream(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  provider: string,
): AsyncGenerator<LanguageModelV4StreamPart> {
  let finished = false
  for await (const part of stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'finish') {
      refuseFailure(part.finishReason, provider)
      // Some packages make up an end for a stream that had none.
      if (part.finishReason.unified === 'other' && part.finishReason.raw === undefined) throw cut(provider)
      finished = true
    }
    yield part
  }
  if (!finished) throw cut(provider)
}

/** The answer, if it is one that ended by itself. @throws MeritorderError `provider_unavailable` */
export function wholeAnswer(
  answer: LanguageModelV4GenerateResult,
  provider: string,
): LanguageModelV4GenerateResult {
  refuseFailure(answer.finishReason, provider)
  if (answer.content.length > 0 || answer.finishReason.raw !== undefined) return answer
  throw new MeritorderError('provider_unavailable', `${provider} sent something else than an answer.`, {
    provider,
  })
}

function refuseFailure(
  { unified, raw }: LanguageModelV4GenerateResult['finishReason'],
  provider: string,
): void {
  if (unified === 'interrupted') throw cut(provider)
  if (unified !== 'error') return
  const what = `${provider} gave up the answer${raw === undefined ? '' : ` (${raw})`}.`
  throw new MeritorderError('provider_unavailable', what, { provider })
}

function cut(provider: string): MeritorderError {
  const what = `${provider} stopped before the answer was finished.`
  return new MeritorderError('provider_unavailable', what, { provider })
}
