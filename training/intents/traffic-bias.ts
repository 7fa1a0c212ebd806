import { INTENTS, type IntentName } from '../../src/understand/intent-names.ts'

/**
 * How much commoner than in our prompts an intent is in real traffic, as log odds in quarters; 0 where not named. Our
 * prompts hold about as many of every intent; people ask for advice ten times while they ask for a biography once.
 * Settings, tuned on the counts of labels and predictions in one half of the public file.
 */
const COMMONER: Readonly<Partial<Record<IntentName, number>>> = {
  note_summarization: -0.25,
  math_reasoning: 0.25,
  solving_exam_question_with_math: 0.75,
  code_generation: -0.25,
  explaining_code: 0.25,
  code_correction_rewriting: 0.5,
  text_simplification: -1,
  language_polishing: -0.25,
  instructional_rewriting: 0.25,
  writing_song_lyrics: 0.5,
  writing_social_media_post: 0.25,
  counterfactual: -0.25,
  writing_personal_essay: 0.5,
  writing_blog_post: -1,
  writing_advertisement: 0.25,
  writing_marketing_materials: -0.5,
  roleplay: -0.5,
  functional_writing: 1.25,
  writing_product_description: -0.25,
  writing_news_article: -0.25,
  writing_biography: -0.75,
  writing_legal_document: 0.25,
  writing_technical_document: -0.25,
  writing_job_application: -0.5,
  writing_scientific_paper: -0.75,
  writing_email: 0.25,
  writing_cooking_recipe: -0.25,
  peer_review: -0.75,
  asking_how_to_question: -0.75,
  seeking_advice: 0.75,
  verifying_fact: 0.25,
  open_question: -0.25,
  analyzing_general: -0.25,
  explaining_general: -0.25,
  brainstorming: 0.25,
  planning: 0.5,
  recommendation: -0.25,
  value_judgement: 0.25,
  ranking: 0.25,
  classification_identification: 0.25,
  title_generation: 0.5,
  reading_comprehension: -0.5,
  keywords_extraction: -0.75,
  information_extraction: 0.25,
  topic_modeling: -0.25,
  default: 2.5,
}

/** In the order of INTENTS. */
export const TRAFFIC_BIAS = Float32Array.from(INTENTS, (intent) => COMMONER[intent] ?? 0)
