import { createHash } from 'node:crypto'
import { promptKey } from '../learn/evaluate/folds.ts'

/** What a prompt is known by to a predictor that was fitted on it: 52 bits, equal for prompts that count as the same. */
export function promptMark(prompt: string): number {
  const digest = createHash('sha256').update(promptKey(prompt)).digest('hex')
  return Number.parseInt(digest.slice(0, 13), 16)
}
