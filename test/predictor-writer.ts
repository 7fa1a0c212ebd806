/** A process that keeps, promotes and rolls back versions until it is killed; prints a line after each round. */
import { randomBytes } from 'node:crypto'
import {
  keepPredictor,
  promotePredictor,
  prunePredictors,
  rollbackPredictor,
} from '../src/learned/predictor-store.ts'

const [dataFolder = ''] = process.argv.slice(2)
const BYTES = 200_000

for (;;) {
  const version = keepPredictor(dataFolder, randomBytes(BYTES), { trial: 'better' })
  await promotePredictor(dataFolder, version, 'train', Date.now)
  if (version < '8') await rollbackPredictor(dataFolder, Date.now)
  await prunePredictors(dataFolder, 5, Date.now)
  console.log('round')
}
