/** A process that imports a file of outcomes into a data folder: says when it begins, and at the end what it holds and the most memory that it took, MB. */
import { writeSync } from 'node:fs'
import { keepImport } from '../src/learn/import/imports.ts'
import { plainOutcomes } from '../src/learn/import/plain.ts'

const [dataFolder = '', file = ''] = process.argv.slice(2)
writeSync(1, 'begun\n')
const { card } = await keepImport(dataFolder, {
  importer: plainOutcomes,
  files: [file],
  options: { best: 1 },
  now: Date.now(),
  tell: () => {},
})
writeSync(1, `${JSON.stringify({ lines: card.lines, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`)
