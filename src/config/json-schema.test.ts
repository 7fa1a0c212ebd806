import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { configJsonSchema } from './json-schema.ts'
import { loadConfig } from './load.ts'

const docs = new URL('../../docs/', import.meta.url)

it('the published schema is the one in the code (else run src/config/write-json-schema.ts)', () => {
  assert.equal(readFileSync(new URL('meritorder.schema.json', docs), 'utf8'), configJsonSchema())
})

it('the example file is valid, names the schema for editors, and states the true defaults', () => {
  const path = fileURLToPath(new URL('meritorder.example.yaml', docs))
  const [first = ''] = readFileSync(path, 'utf8').split('\n')
  assert.equal(first, '# yaml-language-server: $schema=./meritorder.schema.json')
  const options = { environment: { MERITORDER_HOME: '/m' }, cwd: '/nowhere' }
  const example = loadConfig({ ...options, path }).config
  const { providers, ...rest } = loadConfig(options).config
  assert.deepEqual({ ...example, providers }, { ...rest, providers })
})
