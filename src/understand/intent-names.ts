/**
 * The 58 scenarios of Auto-J (Li et al. 2023, arXiv:2310.05470), which Pulze's intent router uses too,
 * in their 8 groups, plus `default` for a prompt that fits none.
 */
export const INTENT_GROUPS = {
  summarization: ['text_summarization', 'note_summarization'],
  exam: ['math_reasoning', 'solving_exam_question_with_math', 'solving_exam_question_without_math'],
  code: [
    'code_generation',
    'explaining_code',
    'code_correction_rewriting',
    'code_to_code_translation',
    'code_simplification',
  ],
  rewriting: [
    'text_simplification',
    'language_polishing',
    'instructional_rewriting',
    'text_correction',
    'paraphrasing',
  ],
  creative_writing: [
    'creative_writing',
    'writing_song_lyrics',
    'writing_social_media_post',
    'counterfactual',
    'writing_personal_essay',
    'writing_blog_post',
    'writing_advertisement',
    'writing_marketing_materials',
    'writing_presentation_script',
    'roleplay',
  ],
  functional_writing: [
    'functional_writing',
    'writing_product_description',
    'writing_news_article',
    'writing_biography',
    'writing_legal_document',
    'writing_technical_document',
    'writing_job_application',
    'writing_scientific_paper',
    'writing_email',
    'writing_cooking_recipe',
    'peer_review',
  ],
  communication: [
    'asking_how_to_question',
    'seeking_advice',
    'verifying_fact',
    'open_question',
    'analyzing_general',
    'explaining_general',
    'brainstorming',
    'planning',
    'chitchat',
    'recommendation',
    'value_judgement',
    'rejecting',
  ],
  nlp: [
    'ranking',
    'text_to_text_translation',
    'data_analysis',
    'classification_identification',
    'title_generation',
    'question_generation',
    'reading_comprehension',
    'keywords_extraction',
    'information_extraction',
    'topic_modeling',
  ],
} as const

export type IntentGroup = keyof typeof INTENT_GROUPS
export type IntentName = (typeof INTENT_GROUPS)[IntentGroup][number] | 'default'

/** Every intent, in the fixed order that artifacts index by. */
export const INTENTS: readonly IntentName[] = [...Object.values(INTENT_GROUPS).flat(), 'default']
