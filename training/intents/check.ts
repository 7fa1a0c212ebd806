import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type LabelledPrompt,
  readLabelledPrompts,
  readPromptFolder,
} from '../../src/learn/intents/labelled-prompts.ts'
import { nearDuplicates, withoutAttachments } from '../../src/learn/intents/near-duplicates.ts'
import { INTENTS } from '../../src/understand/intent-names.ts'
import { PUBLIC_FILE } from './public-file.ts'

/** Prompts that every intent must have. */
export const LEAST_PROMPTS = 80
/** 5-gram similarity from which on two of our prompts count as the same. */
const SAME = 0.7
/** The same for a prompt of ours and one of the public file, which must not be copied. */
const COPIED = 0.6

/**
 * What is wrong with a collection of prompts, as sentences: intents with too few, prompts that (nearly) repeat
 * another, and prompts that (nearly) equal one of `published`.
 */
export function checkPrompts(
  own: readonly LabelledPrompt[],
  published: readonly string[],
): readonly string[] {
  const texts = own.map(({ prompt }) => prompt)
  const name = (i: number) => `${own[i]!.intent}: ${JSON.stringify(texts[i]!.slice(0, 80))}`
  const few = INTENTS.flatMap((intent) => {
    const count = own.filter((prompt) => prompt.intent === intent).length
    return count < LEAST_PROMPTS ? [`${intent} has ${count} prompts, ${LEAST_PROMPTS} are needed`] : []
  })
  const repeated = nearDuplicates(withoutAttachments(texts), SAME).map(
    ({ first, second, similarity }) => `${name(first)} repeats ${name(second)} (${similarity.toFixed(2)})`,
  )
  const copied = nearDuplicates(texts, COPIED, published).map(
    ({ first, similarity }) => `${name(first)} is nearly a published prompt (${similarity.toFixed(2)})`,
  )
  return [...few, ...repeated, ...copied]
}

/** `node training/intents/check.ts [--prompts FOLDER] [--data FILE]` */
function main(): void {
  const { values } = parseArgs({
    options: {
      prompts: { type: 'string', default: 'training/prompts' },
      data: { type: 'string', default: PUBLIC_FILE },
    },
  })
  const own = readPromptFolder(values.prompts)
  const published = existsSync(values.data)
    ? readLabelledPrompts(values.data).map(({ prompt }) => prompt)
    : []
  if (published.length === 0)
    console.error(`Not compared with published prompts: there is no ${values.data}.`)
  const problems = checkPrompts(own, published)
  for (const problem of problems) console.log(problem)
  console.log(`${own.length} prompts, ${problems.length} problems`)
  if (problems.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
