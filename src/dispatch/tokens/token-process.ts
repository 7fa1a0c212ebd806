/** The process that counts tokens: in the gateway's own the vocabulary would take its memory and hold up its callers. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import type { CountAnswer, CountQuestion } from './count-tokens.ts'

/** Without questions for so long the memory is given back. */
const IDLE_MS = 60_000

/** What looks like a control token in an answer is text. */
const PLAIN = { disallowedSpecial: new Set<string>() }

// The channel alone keeps this process running: it ends with the gateway too.
const idle = setTimeout(() => process.disconnect?.(), IDLE_MS).unref()

process.on('message', ({ number, slices }: CountQuestion) => {
  const tokens = slices.reduce((sum, slice) => sum + countTokens(slice, PLAIN), 0)
  const answer: CountAnswer = { number, tokens }
  process.send?.(answer)
  idle.refresh()
})
