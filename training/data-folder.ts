import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of public data that artifacts are made from. */
export const DATA_FOLDER = process.env.MERITORDER_DATA ?? '../shared/data'

/** A JSON file of that folder, or of another. Where it is not there, one line says what to do, and the process ends. */
export function readData(file: string, folder = DATA_FOLDER): unknown {
  const path = join(folder, file)
  if (!existsSync(path)) {
    console.error(
      `There is no ${path}. Name the folder of the public data with MERITORDER_DATA; CONTRIBUTING.md, "Rebuild the artifacts", says what it holds.`,
    )
    process.exit(1)
  }
  return JSON.parse(readFileSync(path, 'utf8'))
}
