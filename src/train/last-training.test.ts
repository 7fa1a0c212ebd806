import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { predictorFolder } from '../learned/predictor-store.ts'
import { begunTraining, readLastTraining, writeLastTraining } from './last-training.ts'

test('whoever reads while another training is written down finds the old one whole, and the new one after', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-training-'))
  try {
    assert.equal(readLastTraining(folder), null)
    const [old, young] = [begunTraining(1_000), { ...begunTraining(2_000), why: ['x'.repeat(100_000)] }]
    writeLastTraining(folder, old)
    const reading = openSync(join(predictorFolder(folder), 'training.json'), 'r')
    writeLastTraining(folder, young)
    assert.deepEqual(JSON.parse(readFileSync(reading, 'utf8')), old)
    closeSync(reading)
    assert.deepEqual(readLastTraining(folder), young)
    assert.deepEqual(readdirSync(predictorFolder(folder)), ['training.json'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
