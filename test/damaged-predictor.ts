import { mkdirSync, writeFileSync } from 'node:fs'
import { predictorFolder, predictorLogPath, predictorPath } from '../src/learned/predictor-store.ts'

/** Puts a file in force that begins as a predictor does and is none. */
export function damagePredictor(dataFolder: string): void {
  const version = '0123456789ab'
  mkdirSync(predictorFolder(dataFolder), { recursive: true })
  writeFileSync(predictorPath(dataFolder, version), 'MERITPRD and then something else')
  const change = { at: '2026-11-26T08:00:00.000Z', by: 'promote', from: null, to: version }
  writeFileSync(predictorLogPath(dataFolder), JSON.stringify({ format: 1, changes: [change] }))
}
