/** The thread that counts tokens: loading the vocabulary would hold up every caller. */
import { parentPort } from 'node:worker_threads'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import type { CountAnswer, CountQuestion } from './count-tokens.ts'

parentPort?.on('message', ({ number, slices }: CountQuestion) => {
  // What looks like a control token in an answer is text.
  const options = { disallowedSpecial: new Set<string>() }
  const tokens = slices.reduce((sum, slice) => sum + countTokens(slice, options), 0)
  const answer: CountAnswer = { number, tokens }
  parentPort?.postMessage(answer)
})
