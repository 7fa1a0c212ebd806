import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { crossValidation, heldOutTasks, trainThenTest } from './folds.ts'
import { sampleOutcomes } from './sample-outcomes.ts'

const outcomes = { a: { quality: 1 }, b: { quality: 0 } }
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `r${i}`, task: `t${i % 3}`, outcomes }))

describe('cross-validation', () => {
  it('judges on every prompt once, and never on one that it learned from', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 40 }),
        fc.nat(),
        (n, k, seed) => {
          fc.pre(k <= n)
          const { splits } = crossValidation(sampleOutcomes(rows(n)), k, seed)
          const tested = splits.flatMap(({ test }) => test)
          assert.deepEqual(
            tested.toSorted((a, b) => a - b),
            Array.from({ length: n }, (_, i) => i),
          )
          for (const { train, test } of splits) {
            assert.equal(train.length + test.length, n)
            assert.ok(test.length > 0 && test.every((row) => !train.includes(row)))
          }
        },
      ),
    )
  })

  it('makes the same folds whatever the order of the rows', () => {
    const forwards = sampleOutcomes(rows(20))
    const backwards = sampleOutcomes(rows(20).reverse())
    const idsOf = ({ ids }: typeof forwards, tests: readonly number[]) => tests.map((row) => ids[row])
    assert.deepEqual(
      crossValidation(forwards, 4, 7).splits.map(({ test }) => idsOf(forwards, test)),
      crossValidation(backwards, 4, 7).splits.map(({ test }) => idsOf(backwards, test)),
    )
  })

  it('keeps prompts together that differ only in case, punctuation and space, or share an id', () => {
    const data = sampleOutcomes([
      ...rows(10),
      { id: 'x', prompt: 'What is 2+2?', outcomes },
      { id: 'y', prompt: 'what is  2 + 2', outcomes },
      { id: 'r3', prompt: 'another text', outcomes },
    ])
    for (let seed = 0; seed < 20; seed++) {
      const { splits, duplicates } = crossValidation(data, 5, seed)
      assert.equal(duplicates, 2)
      for (const { test } of splits) {
        assert.equal(test.includes(10), test.includes(11))
        assert.equal(test.includes(3), test.includes(12))
      }
    }
  })

  it('refuses more folds than there are different prompts', () => {
    assert.throws(() => crossValidation(sampleOutcomes(rows(3)), 4, 1), /too few prompts for 4 folds: 3/)
  })
})

describe('held-out tasks', () => {
  it('make one split each, without the prompts of the task or its duplicates to learn from', () => {
    const data = sampleOutcomes([...rows(9), { id: 'x', task: 't1', prompt: 'Prompt R0!', outcomes }])
    const { splits, duplicates } = heldOutTasks(data)
    assert.deepEqual(
      splits.map(({ test }) => test),
      [
        [0, 3, 6],
        [1, 4, 7, 9],
        [2, 5, 8],
      ],
    )
    assert.deepEqual(splits[0]!.train, [1, 2, 4, 5, 7, 8])
    assert.equal(duplicates, 2)
  })

  it('need two tasks', () => {
    const data = sampleOutcomes(rows(4).map(({ id }) => ({ id, outcomes })))
    assert.throws(() => heldOutTasks(data), /at least two different values of "task"/)
  })
})

describe('a file to learn from and one to be judged on', () => {
  it('are split where the first ends, less what stands in both', () => {
    const data = sampleOutcomes([...rows(4), { id: 'x', prompt: 'PROMPT r2', outcomes }])
    assert.deepEqual(trainThenTest(data, 4), { splits: [{ train: [0, 1, 3], test: [4] }], duplicates: 1 })
  })

  it('are refused when nothing is left to learn from', () => {
    const data = sampleOutcomes([...rows(1), { id: 'x', prompt: 'PROMPT r0', outcomes }])
    assert.throws(() => trainThenTest(data, 1), /Every prompt to learn from/)
  })
})
