import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { candidateAt } from '../../test/translated-provider.ts'
import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import { createTurns, type Failing, type TurnRules, type Turns } from './turns.ts'

const at = (id: string, contextTokens?: number): Candidate => {
  const [model = ''] = id.split('@')
  const endpoint = { id, model, ...(contextTokens !== undefined && { contextTokens }) }
  return candidateAt('openai-compatible', 'http://127.0.0.1:1/v1', endpoint)
}
const rules = { admit: () => true, affords: () => true, random: () => 1 }
const turnsOf = (
  ranked: readonly Candidate[],
  strategy: Decision['strategy'],
  allowFallbacks = true,
  changed: Partial<TurnRules> = {},
) =>
  createTurns({ wishes: { allowFallbacks } } as Call, { ranked, strategy } as Decision, {
    ...rules,
    ...changed,
  })
/** Who has a turn, as long as everybody fails in the way given. */
const taken = (turns: Turns, failing: (id: string) => Failing = () => ({})) => {
  const ids: string[] = []
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    ids.push(turn.candidate.endpoint.id)
    turns.failed(turn.candidate, failing(turn.candidate.endpoint.id))
  }
  return ids
}
const hosts = (model: string, count: number) => Array.from({ length: count }, (_, i) => at(`${model}@${i}`))

test('six endpoints are tried at most, and the models that a caller listed keep a turn each', () => {
  assert.equal(taken(turnsOf(hosts('a', 9), 'direct')).length, 6)
  assert.deepEqual(taken(turnsOf([...hosts('a', 9), ...hosts('b', 2), ...hosts('c', 2)], 'fallback')), [
    'a@0',
    'a@1',
    'a@2',
    'a@3',
    'b@0',
    'c@0',
  ])
})

test('without fallbacks every listed model has one host, and an automatic choice one in all', () => {
  const ranked = [...hosts('a', 2), ...hosts('b', 2)]
  assert.deepEqual(taken(turnsOf(ranked, 'fallback', false)), ['a@0', 'b@0'])
  assert.deepEqual(taken(turnsOf(ranked, 'auto', false)), ['a@0'])
})

test('the last one is whoever leaves nobody eligible behind', () => {
  const lasts = (turns: Turns) => {
    const found: boolean[] = []
    while (turns.next() !== undefined) found.push(turns.isLast())
    return found
  }
  assert.deepEqual(lasts(turnsOf(hosts('a', 2), 'direct')), [false, true])
  assert.deepEqual(lasts(turnsOf(hosts('a', 5), 'direct', false)), [true])
})

test('case 6: a prompt that was too long goes to larger windows only', () => {
  const ranked = [at('a@0', 8000), at('a@1', 8000), at('a@2'), at('b@0', 16_000)]
  const tooLong = { elsewhere: 'larger-window' } as const
  assert.deepEqual(
    taken(turnsOf(ranked, 'auto'), () => tooLong),
    ['a@0', 'b@0'],
  )
})

test('what is against a host’s policy goes to the caller’s other models, and to nobody else’s', () => {
  const ranked = [at('a@0'), at('a@1'), at('b@0')]
  const unwanted = { elsewhere: 'other-model' } as const
  assert.deepEqual(
    taken(turnsOf(ranked, 'fallback'), () => unwanted),
    ['a@0', 'b@0'],
  )
  assert.deepEqual(
    taken(turnsOf(ranked, 'auto'), () => unwanted),
    ['a@0'],
  )
})

test('who failed for a moment only has up to two more turns when nobody else is left, after waits with full jitter', () => {
  const again = { again: true }
  assert.deepEqual(
    taken(turnsOf([at('a@0')], 'direct'), () => again),
    ['a@0', 'a@0', 'a@0'],
  )
  const mixed = taken(turnsOf(hosts('a', 2), 'direct'), (id) => (id === 'a@1' ? again : {}))
  assert.deepEqual(mixed, ['a@0', 'a@1', 'a@1', 'a@1'])
  assert.equal(taken(turnsOf(hosts('a', 4), 'direct'), () => again).length, 6)
  assert.deepEqual(
    taken(turnsOf([at('a@0')], 'direct', false), () => again),
    ['a@0'],
  )
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (drawn) => {
      const turns = turnsOf([at('a@0')], 'direct', true, { random: () => drawn })
      const waits = [1, 2, 3].map(() => {
        const { candidate, waitMs } = turns.next()!
        turns.failed(candidate, again)
        return waitMs
      })
      assert.deepEqual(waits, [0, drawn * 250, drawn * 500])
    }),
  )
})

test('those that a breaker keeps away are passed over, and asked as a last resort', () => {
  const asked: string[] = []
  const admit: TurnRules['admit'] = (id, turn) => {
    asked.push(`${id} ${turn}`)
    return turn !== 'next' || id !== 'a@0'
  }
  const turns = turnsOf(hosts('a', 2), 'direct', true, { admit })
  assert.deepEqual(taken(turns), ['a@1', 'a@0'])
  assert.deepEqual(asked, ['a@0 next', 'a@1 next', 'a@0 last'])
  asked.length = 0
  taken(turnsOf([at('a@0')], 'direct', true, { admit }))
  assert.deepEqual(asked, ['a@0 only'])
})

test('an address that cannot be reached is left out of this round, a refused key of all', () => {
  const shut = (shuts: Failing['shuts']) => () => ({ shuts, again: true })
  assert.deepEqual(taken(turnsOf(hosts('a', 3), 'direct'), shut('address')), ['a@0', 'a@0', 'a@0'])
  assert.deepEqual(taken(turnsOf(hosts('a', 3), 'direct'), shut('provider')), ['a@0'])
})

test('nobody is asked whom the caller’s money does not reach for', () => {
  const affords = ({ endpoint }: Candidate) => endpoint.id !== 'a@1'
  assert.deepEqual(taken(turnsOf(hosts('a', 3), 'direct', true, { affords })), ['a@0', 'a@2'])
})

test('one is asked beside another only if the next in line fits', () => {
  const turns = turnsOf(hosts('a', 3), 'direct')
  turns.next()
  assert.equal(
    turns.beside(() => false),
    undefined,
  )
  assert.equal(turns.beside(() => true)?.endpoint.id, 'a@1')
  assert.equal(turns.isLast(), false)
  assert.deepEqual(taken(turns), ['a@2'])
  assert.ok(turns.isLast())
})
