import { seededRandom } from '../src/learn/random.ts'

/** Two models of the practice market: in the outcomes below one is good at sums, the other at verse. */
export const SUMS = 'deepseek/deepseek-v3.2'
export const VERSE = 'openai/gpt-5-mini'
export const MODELS = [SUMS, VERSE]

export function sum(i: number): string {
  return `What is ${i * 7} plus ${i * 3 + 4}? Give the number only.`
}

export function verse(i: number): string {
  return `Write a short poem about ${['rain', 'bread', 'a harbour', 'winter'][i % 4]}, number ${i}.`
}

/** Lines of a file of outcomes: prompts with even numbers are sums. */
export function outcomeLines(count: number): string {
  const random = seededRandom(5)
  return Array.from({ length: count }, (_, i) => {
    const quality = (chance: number) => ({ quality: random() < chance ? 1 : 0 })
    const isSum = i % 2 === 0
    return JSON.stringify({
      id: `p${i}`,
      prompt: isSum ? sum(i) : verse(i),
      outcomes: { [SUMS]: quality(isSum ? 0.95 : 0.2), [VERSE]: quality(isSum ? 0.3 : 0.9) },
    })
  }).join('\n')
}
