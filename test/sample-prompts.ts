import type { LabelledPrompt } from '../src/learn/intents/labelled-prompts.ts'

const OPENINGS = {
  planning: ['Plan', 'Make a schedule for', 'Draw up a timetable for'],
  writing_email: ['Write an email about', 'Draft a short mail on', 'Send a message to my boss about'],
  text_to_text_translation: ['Translate into French:', 'How does one say in German:', 'Put into Spanish:'],
} as const

const SUBJECTS = [
  'a week by the sea',
  'the broken lift',
  'our cat',
  'a wedding in May',
  'the new bridge',
  'four days of rain',
  'the school garden',
  'an old piano',
  'the night train',
  'seven hens',
  'the budget',
  'a lost umbrella',
]

/** Prompts of three intents to test fitting with, `perIntent` (at most 12) of each; no two are equal. */
export function samplePrompts(perIntent: number): readonly LabelledPrompt[] {
  return (Object.keys(OPENINGS) as (keyof typeof OPENINGS)[]).flatMap((intent) =>
    SUBJECTS.slice(0, perIntent).map((subject, i) => ({
      intent,
      prompt: `${OPENINGS[intent][i % OPENINGS[intent].length]} ${subject}`,
    })),
  )
}
