import { seededRandom } from '../src/learn/random.ts'
import type { ListedCall } from '../src/record/generation-query.ts'
import type { Rating } from '../src/record/rating.ts'
import { sampleCall } from './record-sample.ts'
import { MODELS, SUMS, sum, VERSE, verse } from './sums-and-verse.ts'

const FIRST_AT = Date.parse('2026-11-25T08:00:00.000Z')
const COST_USD = 0.0002

/** Rated calls as a gateway records them that tries both models by a coin: one is good at sums, the other at verse. Newest first. */
export function ratedTraffic(count: number, seed = 5): readonly ListedCall[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const isSum = i % 2 === 0
    const model = random() < 0.5 ? SUMS : VERSE
    const isRight = model === (isSum ? SUMS : VERSE)
    const id = `gen-${i.toString(16).padStart(32, '0')}`
    const createdAt = FIRST_AT + 60_000 * i
    const body = {
      model: 'auto',
      messages: [{ role: 'user', content: isSum ? sum(i) : verse(i) }],
      plugins: [{ id: 'auto-router', allowed_models: MODELS }],
    }
    const candidate = (of: string) => ({
      ...{ endpoint: `acme/${of}`, model: of, provider: 'acme', quality: 0.6, cost_usd: COST_USD },
      ...{ latency_ms: 900, carbon_g: 0.1, merit: 0.6 },
    })
    const call = sampleCall({
      id,
      generation: {
        createdAt,
        model,
        costUsd: String(COST_USD),
        propensity: 0.5,
        candidates: [candidate(model), candidate(model === SUMS ? VERSE : SUMS)],
      },
    })
    const rating: Rating = {
      generationId: id,
      caller: 'local',
      ratedAt: createdAt + 1_000,
      source: 'meritorder',
      kind: 'thumb',
      name: '',
      value: random() < (isRight ? 0.95 : 0.2) ? 1 : 0,
      text: null,
    }
    return { ...call, request: Buffer.from(JSON.stringify(body)), ratings: [rating] }
  }).reverse()
}
