import { INTENT_GROUPS, type IntentGroup, type IntentName } from '../understand/intent-names.ts'

/** Categories of the public arena's text leaderboard that predictions use; `full` is its overall rating. */
export const ARENA_CATEGORIES = [
  'full',
  'coding',
  'math',
  'creative_writing',
  'if',
  'hard_6',
  'expert',
  'long_user',
  'industry_writing_and_literature_and_language',
  'industry_business_and_management_and_financial_operations',
  'industry_legal_and_government',
  'industry_life_and_physical_and_social_science',
  'industry_mathematical',
  'industry_software_and_it_services',
  'industry_entertainment_and_sports_and_media',
  'chinese',
  'french',
  'german',
  'japanese',
  'korean',
  'russian',
  'spanish',
] as const

export type ArenaCategory = (typeof ARENA_CATEGORIES)[number]

/** Shares of arena categories; they sum to 1. */
export type CategoryMix = Readonly<Partial<Record<ArenaCategory, number>>>

const WRITING = 'industry_writing_and_literature_and_language'

/** What predicts the intents of a group, unless the intent has a line of its own below. Our judgement. */
const GROUP_MIX: Readonly<Record<IntentGroup, CategoryMix>> = {
  summarization: { long_user: 0.4, if: 0.3, [WRITING]: 0.3 },
  exam: { expert: 0.4, hard_6: 0.3, full: 0.3 },
  code: { coding: 0.7, industry_software_and_it_services: 0.3 },
  rewriting: { if: 0.5, [WRITING]: 0.5 },
  creative_writing: { creative_writing: 0.8, [WRITING]: 0.2 },
  functional_writing: { if: 0.4, [WRITING]: 0.6 },
  communication: { full: 1 },
  nlp: { if: 0.5, full: 0.5 },
}

/** Intents that differ from their group. */
const INTENT_MIX: Readonly<Partial<Record<IntentName, CategoryMix>>> = {
  math_reasoning: { math: 0.7, industry_mathematical: 0.3 },
  solving_exam_question_with_math: { math: 0.5, industry_mathematical: 0.3, expert: 0.2 },
  solving_exam_question_without_math: {
    expert: 0.4,
    industry_life_and_physical_and_social_science: 0.3,
    full: 0.3,
  },
  explaining_code: { coding: 0.5, industry_software_and_it_services: 0.5 },
  writing_advertisement: {
    creative_writing: 0.5,
    industry_business_and_management_and_financial_operations: 0.3,
    if: 0.2,
  },
  writing_marketing_materials: {
    creative_writing: 0.4,
    industry_business_and_management_and_financial_operations: 0.4,
    if: 0.2,
  },
  roleplay: { creative_writing: 0.7, industry_entertainment_and_sports_and_media: 0.3 },
  counterfactual: { creative_writing: 0.5, full: 0.5 },
  writing_legal_document: { industry_legal_and_government: 0.5, if: 0.3, [WRITING]: 0.2 },
  writing_technical_document: { industry_software_and_it_services: 0.5, if: 0.3, [WRITING]: 0.2 },
  writing_scientific_paper: {
    industry_life_and_physical_and_social_science: 0.4,
    expert: 0.3,
    [WRITING]: 0.3,
  },
  peer_review: { expert: 0.5, hard_6: 0.5 },
  analyzing_general: { hard_6: 0.5, full: 0.5 },
  planning: { hard_6: 0.5, full: 0.5 },
  verifying_fact: { industry_life_and_physical_and_social_science: 0.5, full: 0.5 },
  text_to_text_translation: { [WRITING]: 0.6, if: 0.4 },
  data_analysis: { hard_6: 0.4, math: 0.3, coding: 0.3 },
  reading_comprehension: { long_user: 0.4, if: 0.3, full: 0.3 },
  information_extraction: { if: 0.6, long_user: 0.4 },
  topic_modeling: { if: 0.5, long_user: 0.5 },
}

/** Which arena categories predict the quality of answers to prompts of this intent. */
export function categoryMix(intent: IntentName): CategoryMix {
  const own = INTENT_MIX[intent]
  if (own !== undefined) return own
  for (const [group, intents] of Object.entries(INTENT_GROUPS)) {
    if ((intents as readonly string[]).includes(intent)) return GROUP_MIX[group as IntentGroup]
  }
  return { full: 1 }
}

/** The arena category of prompts in a language (ISO 639-1). */
export const LANGUAGE_CATEGORY: Readonly<Record<string, ArenaCategory>> = {
  zh: 'chinese',
  fr: 'french',
  de: 'german',
  ja: 'japanese',
  ko: 'korean',
  ru: 'russian',
  es: 'spanish',
}
