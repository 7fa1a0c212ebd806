import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const readArtifact = (file: string) => JSON.parse(readFileSync(`artifacts/${file}`, 'utf8'))

test('the card of the shipped quality prior is of the catalog that ships: whoever rebuilds one rebuilds the other', () => {
  const { fit, sources } = readArtifact('quality.card.json')
  const { version, models, endpoints } = readArtifact('catalog.json')
  assert.equal(sources[1].version, version)
  assert.equal(fit.catalogModels, models.length)
  assert.equal(fit.catalogEndpoints, endpoints.length)
})

test('the shipped quality prior is named by what it holds', () => {
  const { format: _, formatVersion: __, version, ...content } = readArtifact('quality.json')
  assert.equal(createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12), version)
  assert.equal(readArtifact('quality.card.json').version, version)
})
