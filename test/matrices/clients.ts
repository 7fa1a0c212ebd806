import { CLIENTS } from '../clients/all.ts'
import { FEATURES } from '../clients/client.ts'
import { SERVED } from '../clients/families.ts'
import { startClientRun } from '../clients/run.ts'
import { table, writeSection } from './write-section.ts'

/** `npm run matrix:clients`: clients × features × wire families, into docs/matrices.md. */
const run = await startClientRun()
const notes: string[][] = []
const rows: string[][] = []
for (const client of CLIENTS) {
  const cells: string[] = []
  for (const feature of FEATURES) {
    const lack = client.lacks[feature]
    if (lack !== undefined) {
      cells.push('–')
      notes.push([client.name, feature, lack])
      continue
    }
    const red: string[] = []
    for (const served of SERVED)
      await run.check(client, feature, served).catch((error: unknown) => {
        red.push(served.family)
        console.error(client.name, feature, served.family, error)
      })
    cells.push(
      red.length === 0 ? `${SERVED.length}` : `${SERVED.length - red.length}, **not ${red.join(', ')}**`,
    )
  }
  rows.push([`\`${client.name}\``, client.api, ...cells])
}
await run.close()

const matrix = table(['client', 'API', ...FEATURES], rows)
const families = SERVED.map(({ family }) => family).join(', ')
const lacking = table(['client', '–', 'why'], notes)
writeSection('clients', [`Wire families: ${families}.`, matrix, lacking].join('\n\n'))
console.log(matrix)
