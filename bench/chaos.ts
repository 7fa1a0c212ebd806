/**
 * Everything at once: 64 callers in four dialects, streams and whole replies, hosts that fail in every way the simulator
 * knows, and `kill -9` of the gateway twice. Prints one line for each thing that must hold; exit code 1 if one does not.
 *
 *   npm run chaos -- [--minutes 10] [--seed 1] [--callers 64] [--json]
 */
import { parseArgs } from 'node:util'
import { progress } from '@clack/prompts'
import { judge, type Verdict } from './chaos/invariants.ts'
import { runChaos } from './chaos/run.ts'

const SHOWN = 5

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    callers: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.minutes) * 60
const seed = Number(values.seed)
const callers = Number(values.callers)
if (!(seconds >= 20 && Number.isInteger(seed) && Number.isInteger(callers) && callers > 0)) {
  console.error('--minutes is a number of at least 0.34; --seed and --callers are whole numbers')
  process.exit(2)
}

const { tell, done } = teller(seconds)
const evidence = await runChaos({ seconds, callers, seed, tell })
done()
const verdicts = judge(evidence)
if (values.json) console.log(JSON.stringify({ seed, seconds, callers, verdicts }))
else for (const verdict of verdicts) console.log(text(verdict))
process.exitCode = verdicts.every(({ ok }) => ok !== false) ? 0 : 1

function text({ name, ok, says, against }: Verdict): string {
  const cases = against.slice(0, SHOWN).map((one) => `\n      ${one}`)
  const more = against.length > SHOWN ? `\n      … and ${against.length - SHOWN} more` : ''
  const count = against.length === 0 ? '' : ` — ${against.length} against it`
  const mark = ok === null ? '--' : ok ? 'ok' : 'FAIL'
  return `${mark.padEnd(4)}  ${name}: ${says}${count}${cases.join('')}${more}`
}

/** Shows how far the run is: a bar on a terminal, a line for each tenth elsewhere; always on stderr. */
function teller(total: number): { tell: (seconds: number, calls: number) => void; done: () => void } {
  let shown = 0
  if (!process.stderr.isTTY) {
    const tell = (at: number, calls: number) => {
      if (Math.floor((at / total) * 10) <= shown) return
      shown = Math.floor((at / total) * 10)
      console.error(`${at.toFixed(0)} of ${total} s, ${calls} calls`)
    }
    return { tell, done: () => {} }
  }
  const bar = progress({ max: total, output: process.stderr })
  bar.start('Chaos')
  return {
    tell(at, calls) {
      bar.advance(at - shown, `${calls} calls`)
      shown = at
    },
    done: () => bar.stop('Over'),
  }
}
