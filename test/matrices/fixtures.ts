import { compare } from '../recorded/compare.ts'
import type { DeliberateLoss } from '../recorded/losses.ts'
import { readRecordings, WITHOUT_RECORDINGS } from '../recorded/recordings.ts'
import { startReplay } from '../recorded/replay.ts'
import { SKINS } from '../recorded/skins.ts'
import { table, writeSection } from './write-section.ts'

/** `npm run matrix:fixtures`: recorded replies × skins, into docs/matrices.md. */
const { recordings, leftOut } = readRecordings()
if (recordings.length === 0) throw new Error(WITHOUT_RECORDINGS)
const replay = await startReplay(recordings)
const rows = new Map<string, Cell[]>()
const reasons = new Map<DeliberateLoss, number>()
interface Cell {
  whole: number
  lossy: number
  exempt: number
  defective: number
}
const NONE: Cell = { whole: 0, lossy: 0, exempt: 0, defective: 0 }
const exemptions = new Map<string, number>()

for (const recording of recordings) {
  const row = `${recording.folder} (${recording.family})`
  const cells = rows.get(row) ?? SKINS.map(() => ({ ...NONE }))
  rows.set(row, cells)
  for (const [at, skin] of SKINS.entries()) {
    const { losses, defects, notApplicable } = await compare(replay, recording, skin)
    if (defects.length > 0) console.error(recording.name, skin.name, defects)
    const cell = cells[at]!
    if (notApplicable !== undefined) {
      cell.exempt += 1
      const key = `${skin.name} | ${notApplicable}`
      exemptions.set(key, (exemptions.get(key) ?? 0) + 1)
    } else if (defects.length > 0) cell.defective += 1
    else if (losses.length > 0) cell.lossy += 1
    else cell.whole += 1
    for (const loss of losses) reasons.set(loss, (reasons.get(loss) ?? 0) + 1)
  }
}
await replay.close()

const total = (cells: readonly Cell[]): Cell => {
  const sum = (count: keyof Cell) => cells.reduce((before, cell) => before + cell[count], 0)
  return { whole: sum('whole'), lossy: sum('lossy'), exempt: sum('exempt'), defective: sum('defective') }
}
const shown = ({ whole, lossy, exempt, defective }: Cell) =>
  [
    `${whole}`,
    ...(lossy > 0 ? [`${lossy} with losses`] : []),
    ...(exempt > 0 ? [`${exempt} not applicable`] : []),
    ...(defective > 0 ? [`${defective} **wrong**`] : []),
  ].join(', ')
const matrix = table(
  ['provider (wire family)', ...SKINS.map(({ name, client }) => `${name} (\`${client}\`)`)],
  [
    ...[...rows].map(([name, cells]) => [name, ...cells.map(shown)]),
    ['**all**', ...SKINS.map((_, at) => shown(total([...rows.values()].map((cells) => cells[at]!))))],
  ],
)
const lost = table(
  ['skin', 'lost', 'why', 'recordings'],
  [...reasons].map(([{ skins, field, why }, count]) => [skins.join(', '), field, why, `${count}`]),
)
const exempt = table(
  ['skin', 'not applicable, because', 'recordings'],
  [...exemptions].map(([key, count]) => [...key.split(' | '), `${count}`]),
)
const absent = table(
  ['recording', 'why it is not played'],
  leftOut.map(({ name, reason }) => [name, reason]),
)
writeSection('fixtures', [matrix, lost, exempt, absent].join('\n\n'))
console.log([matrix, lost].join('\n\n'))
