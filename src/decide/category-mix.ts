import { INTENTS } from '../understand/intent-names.ts'
import type { Prompt } from '../understand/prompt.ts'
import { ARENA_CATEGORIES, categoryMix, LANGUAGE_CATEGORY } from './arena-categories.ts'

const WIDTH = ARENA_CATEGORIES.length
const FULL = ARENA_CATEGORIES.indexOf('full')
const CODING = ARENA_CATEGORIES.indexOf('coding')
const LONG = ARENA_CATEGORIES.indexOf('long_user')

/** intents × categories: the shares of `categoryMix`. */
const MIX_OF_INTENTS = Float64Array.from({ length: INTENTS.length * WIDTH }, (_, cell) => {
  const mix = categoryMix(INTENTS[Math.floor(cell / WIDTH)]!)
  return mix[ARENA_CATEGORIES[cell % WIDTH]!] ?? 0
})

/** A share of this size goes to the category of the prompt's language, and to long prompts'. Our judgement. */
const LANGUAGE_SHARE = 0.4
const LONG_SHARE = 0.3
/** The arena calls prompts of 500 tokens and more long. */
const LONG_TOKENS = 500

/**
 * Shares of the arena categories for a prompt, summing to 1: the intents' mixes by their probabilities, a part of
 * which is handed to coding (as much as half of the text's code share), to long prompts and to the language.
 */
export function mixOfPrompt(prompt: Prompt): Float64Array {
  const mix = new Float64Array(WIDTH)
  let total = 0
  for (let i = 0; i < INTENTS.length; i++) {
    const p = prompt.intentProbabilities[i] ?? 0
    if (p < 1e-4) continue
    total += p
    for (let c = 0, cell = i * WIDTH; c < WIDTH; c++, cell++) mix[c]! += p * MIX_OF_INTENTS[cell]!
  }
  if (total > 0) for (let c = 0; c < WIDTH; c++) mix[c]! /= total
  else mix[FULL] = 1
  shift(mix, CODING, prompt.codeShare / 2)
  if (prompt.tokens >= LONG_TOKENS) shift(mix, LONG, LONG_SHARE)
  const language = LANGUAGE_CATEGORY[prompt.language]
  if (language !== undefined) shift(mix, ARENA_CATEGORIES.indexOf(language), LANGUAGE_SHARE)
  return mix
}

/** Hands a share of the whole to one category. */
function shift(mix: Float64Array, category: number, share: number): void {
  if (share === 0) return
  for (let c = 0; c < WIDTH; c++) mix[c]! *= 1 - share
  mix[category]! += share
}
