import { INTENTS, type IntentName } from '../understand/intent-names.ts'
import type { Prompt } from '../understand/prompt.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Prediction } from './predictor/predictor.ts'

/** Answer length of an intent: a fixed number of tokens plus a share of the prompt's. */
interface Length {
  readonly tokens: number
  readonly perPromptToken?: number
}

/**
 * Our estimate of answer lengths without reasoning tokens, in tokens, from the lengths such answers usually have.
 */
const LENGTHS: Readonly<Partial<Record<IntentName, Length>>> = {
  text_summarization: { tokens: 200 },
  note_summarization: { tokens: 200 },
  math_reasoning: { tokens: 400 },
  solving_exam_question_with_math: { tokens: 400 },
  solving_exam_question_without_math: { tokens: 250 },
  code_generation: { tokens: 500 },
  explaining_code: { tokens: 450 },
  code_correction_rewriting: { tokens: 300, perPromptToken: 0.7 },
  code_to_code_translation: { tokens: 200, perPromptToken: 1 },
  code_simplification: { tokens: 200, perPromptToken: 0.7 },
  text_simplification: { tokens: 30, perPromptToken: 0.8 },
  language_polishing: { tokens: 30, perPromptToken: 1 },
  instructional_rewriting: { tokens: 50, perPromptToken: 1 },
  text_correction: { tokens: 30, perPromptToken: 1 },
  paraphrasing: { tokens: 30, perPromptToken: 1 },
  creative_writing: { tokens: 700 },
  writing_social_media_post: { tokens: 120 },
  writing_personal_essay: { tokens: 700 },
  writing_blog_post: { tokens: 900 },
  writing_news_article: { tokens: 600 },
  writing_presentation_script: { tokens: 700 },
  writing_legal_document: { tokens: 900 },
  writing_technical_document: { tokens: 900 },
  writing_scientific_paper: { tokens: 900 },
  writing_cooking_recipe: { tokens: 450 },
  planning: { tokens: 600 },
  brainstorming: { tokens: 450 },
  chitchat: { tokens: 80 },
  rejecting: { tokens: 100 },
  verifying_fact: { tokens: 150 },
  ranking: { tokens: 120 },
  text_to_text_translation: { tokens: 10, perPromptToken: 1 },
  data_analysis: { tokens: 450 },
  classification_identification: { tokens: 30 },
  title_generation: { tokens: 25 },
  question_generation: { tokens: 200 },
  reading_comprehension: { tokens: 100 },
  keywords_extraction: { tokens: 60 },
  information_extraction: { tokens: 100 },
  topic_modeling: { tokens: 100 },
}

/** Everything else: a chat answer. */
const CHAT: Length = { tokens: 300 }

const FIXED = Float64Array.from(INTENTS, (intent) => (LENGTHS[intent] ?? CHAT).tokens)
const PER_PROMPT_TOKEN = Float64Array.from(INTENTS, (intent) => (LENGTHS[intent] ?? CHAT).perPromptToken ?? 0)

/** Shares of a long prompt are counted up to here: what is rewritten is rarely the whole conversation. */
const REWRITTEN_TOKENS = 4_000

/** Tokens that answers to a prompt are expected to have. */
export interface ExpectedTokens {
  /** Whoever answers. */
  readonly overall: number
  /** By the number of the model. */
  readonly completionTokens: Float64Array
}

/**
 * Tokens that each model's answer is expected to have: as long as its answers to prompts of these intents were, where
 * outcomes with lengths were learned from, else as long as such answers usually are. At most what the caller allows.
 */
export function expectedTokensByModel(
  prompt: Prompt,
  { quality, scratch }: CandidateTable,
  prediction: Prediction | undefined,
): ExpectedTokens {
  const overall = expectedCompletionTokens(prompt)
  const { completionTokens } = scratch
  completionTokens.fill(overall)
  if (prediction === undefined) return { overall, completionTokens }
  const most = prompt.needs.maxCompletionTokens ?? Infinity
  for (let m = 0; m < completionTokens.length; m++) {
    const column = quality.column[m]!
    if (column < 0) continue
    const learned = prediction.tokens[column]!
    if (!Number.isNaN(learned)) completionTokens[m] = Math.max(1, Math.round(Math.min(learned, most)))
  }
  return { overall, completionTokens }
}

/** Tokens the answer is expected to have: the mean over the prompt's intents, at least 1, at most what the caller allows. */
export function expectedCompletionTokens(prompt: Prompt): number {
  const { intentProbabilities } = prompt
  const promptTokens = Math.min(prompt.tokens, REWRITTEN_TOKENS)
  let sum = 0
  let total = 0
  for (let i = 0; i < FIXED.length; i++) {
    const p = intentProbabilities[i] ?? 0
    sum += p * (FIXED[i]! + PER_PROMPT_TOKEN[i]! * promptTokens)
    total += p
  }
  const expected = total > 0 ? sum / total : CHAT.tokens
  return Math.max(1, Math.round(Math.min(expected, prompt.needs.maxCompletionTokens ?? expected)))
}
