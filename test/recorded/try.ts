import { FAMILIES } from '../../src/market/families.ts'
import { readRecordings } from './recordings.ts'
import { referenceOf } from './reference.ts'
import { startReplay } from './replay.ts'
import { SAYINGS } from './saying.ts'
import { SKINS } from './skins.ts'

const only = new RegExp(process.argv[2] ?? '.')
const skins = SKINS.filter((s) => new RegExp(process.argv[3] ?? '.').test(s.name))
const { recordings, leftOut } = readRecordings()
console.log(
  recordings.length,
  leftOut.length,
  leftOut.map((l) => `${l.name}: ${l.reason}`),
)
const played = recordings.filter((r) => FAMILIES.includes(r.family) && only.test(r.name))
const t0 = performance.now()
const replay = await startReplay(played)
for (const r of played) {
  const ref = await referenceOf(r).catch((e) => `${e}`.slice(0, 150))
  for (const skin of skins) {
    const heard = await replay.hear(r, skin).catch((e) => `${e}`.slice(0, 200))
    if (typeof ref === 'string' || typeof heard === 'string') {
      console.log(
        '✗',
        r.name,
        '|',
        skin.name,
        '| ref:',
        typeof ref === 'string' ? ref : 'ok',
        '| heard:',
        typeof heard === 'string' ? heard : 'ok',
      )
      continue
    }
    ref.finish
    const rf = skin.ends[ref.finish] ?? ref.finish
    const diffs = SAYINGS.filter(
      (k) => JSON.stringify(k === 'finish' ? rf : ref[k]) !== JSON.stringify(heard[k]),
    )
    if (diffs.length)
      console.log(
        '≠',
        r.name,
        '|',
        skin.name,
        '|',
        diffs
          .map(
            (k) =>
              `${k}: ${JSON.stringify(ref[k]).slice(0, Number(process.argv[4] ?? 90))} → ${JSON.stringify(heard[k]).slice(0, Number(process.argv[4] ?? 90))}`,
          )
          .join(' ; '),
      )
  }
}
console.log(performance.now() - t0, 'ms')
await replay.close()
