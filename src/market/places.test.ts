import assert from 'node:assert/strict'
import test from 'node:test'
import { countriesOf, isCountry, isInside, isPlace, PLACES } from './places.ts'

test('places are countries and groups of countries', () => {
  assert.equal(PLACES.length, 249 + 2)
  assert.equal(countriesOf(['EU']).size, 27)
  assert.equal(countriesOf(['EEA', 'DE']).size, 30)
  for (const place of PLACES)
    for (const country of countriesOf([place])) assert.ok(isCountry(country), country)
  assert.ok(isPlace('EU') && !isCountry('EU'))
  for (const wrong of ['de', 'UK', 'Germany', '', 'eu', null, 7]) assert.ok(!isPlace(wrong), String(wrong))
})

test('inside means that every place the prompt may go to is allowed', () => {
  const allowed = countriesOf(['EU', 'CH'])
  assert.ok(isInside(['DE'], allowed))
  assert.ok(isInside(['DE', 'CH'], allowed))
  assert.ok(isInside(['EU'], allowed))
  assert.ok(!isInside(['DE', 'US'], allowed))
  assert.ok(!isInside(['EEA'], allowed))
  assert.ok(!isInside(['EU'], countriesOf(['DE', 'FR'])))
})

test('what is not known is not inside anything', () => {
  assert.ok(!isInside(undefined, countriesOf(PLACES)))
  assert.ok(!isInside([], countriesOf(PLACES)))
})
