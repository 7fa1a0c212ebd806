/**
 * How well own intents are told from 20 examples: every task of a file of outcomes in turn is taken for one.
 *
 *   npm run -s bench:own-intents -- --data outcomes.jsonl.gz [--draws 2]
 *
 * Prints, for each task, the share of its other prompts that come out as it and the share of other tasks' prompts that
 * do, on average over some draws of the examples; then what becomes of the prompts when all tasks are added at once.
 */
import { parseArgs } from 'node:util'
import { loadIntents } from '../src/artifacts.ts'
import { readOurPrompts } from '../src/learn/intents/labelled-prompts.ts'
import { readOutcomes } from '../src/learn/outcomes.ts'
import { fitOwnIntents } from '../src/learn/own-intents/fit-own-intents.ts'
import { seededRandom, shuffle } from '../src/learn/random.ts'
import { compileOwnIntents } from '../src/understand/own-intents.ts'
import { understand } from '../src/understand/understand.ts'

const EXAMPLES = 20

const { values } = parseArgs({
  options: { data: { type: 'string' }, draws: { type: 'string', default: '2' } },
})
if (values.data === undefined) throw new Error('Name a file of outcomes with tasks: --data outcomes.jsonl.gz')

const background = readOurPrompts().map(({ prompt }) => prompt)
const shipped = loadIntents()
const tasks = promptsByTask(values.data)
const draws = Number(values.draws)

const alone = [...tasks.keys()].map((task) => {
  const trials = Array.from({ length: draws }, (_, draw) => trial([task], draw + 1))
  const recognised = mean(trials.map(({ taken }) => taken.get(task)!.get(task) ?? 0))
  const others = [...tasks.keys()].filter((other) => other !== task)
  const asMany = others.map((other) => tasks.get(other)!.length)
  const mistaken = mean(
    trials.map(({ taken }) => {
      const wrong = others.map((other, i) => asMany[i]! * (taken.get(other)!.get(task) ?? 0))
      return sum(wrong) / sum(asMany)
    }),
  )
  return { task, recognised, mistaken, said: mean(trials.map(({ recognised }) => recognised)) }
})
console.table(
  alone.map(({ task, recognised, said, mistaken }) => ({
    task,
    recognised: percent(recognised),
    'said so': percent(said),
    'others taken for it': percent(mistaken),
  })),
)
console.log(
  `mean: ${percent(mean(alone.map(({ recognised }) => recognised)))} recognised, ` +
    `${percent(mean(alone.map(({ said }) => said)))} said so, ` +
    `${percent(mean(alone.map(({ mistaken }) => mistaken)))} of others taken for it`,
)

const { taken } = trial([...tasks.keys()], 1)
const right = mean([...taken].map(([task, shares]) => shares.get(task) ?? 0))
const own = mean([...taken].map(([, shares]) => sum([...shares.values()])))
console.log(
  `all at once: ${percent(right)} right, ${percent(own - right)} another own one, ${percent(1 - own)} a shipped one`,
)

function promptsByTask(file: string): ReadonlyMap<string, readonly string[]> {
  const { prompts, tasks: labels } = readOutcomes(file)
  const byTask = new Map<string, Set<string>>()
  for (const [i, prompt] of prompts.entries()) {
    const task = labels[i]
    if (task !== undefined) byTask.set(task, (byTask.get(task) ?? new Set()).add(prompt))
  }
  return new Map([...byTask].map(([task, texts]) => [task, [...texts]]))
}

/** Adds the tasks as intents; tells, for every task's prompts that are no examples, which share comes out as which. */
function trial(added: readonly string[], seed: number) {
  const random = seededRandom(seed)
  const drawn = new Map([...tasks].map(([task, prompts]) => [task, shuffle([...prompts], random)]))
  const intents = fitOwnIntents(
    added.map((name) => ({ name, examples: drawn.get(name)!.slice(0, EXAMPLES) })),
    background,
  )
  const artifact = { ...shipped, own: compileOwnIntents('trial', intents) }
  const taken = new Map(
    [...drawn].map(([task, prompts]) => {
      const asked = added.includes(task) ? prompts.slice(EXAMPLES) : prompts
      const shares = new Map<string, number>()
      for (const content of asked) {
        const { intent } = understand({ messages: [{ role: 'user', content }] }, artifact).intents[0]!
        if (added.includes(intent)) shares.set(intent, (shares.get(intent) ?? 0) + 1 / asked.length)
      }
      return [task, shares] as const
    }),
  )
  return { taken, recognised: intents[0]!.recognised / EXAMPLES }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
