import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleTickets } from '../../../test/sample-tickets.ts'
import { compileOwnIntents, ownProbabilities } from '../../understand/own-intents.ts'
import { readOurPrompts } from '../intents/labelled-prompts.ts'
import { fitOwnIntents } from './fit-own-intents.ts'

/** Every fifth of our prompts is enough to tell tickets from. */
const background = readOurPrompts()
  .filter((_, i) => i % 5 === 0)
  .map(({ prompt }) => prompt)
const tickets = sampleTickets(30)
const recipes = readOurPrompts()
  .filter(({ intent }) => intent === 'writing_cooking_recipe')
  .map(({ prompt }) => prompt)

test('twenty examples are enough to recognise others of their kind, and to leave ordinary prompts alone', () => {
  const [fitted] = fitOwnIntents([{ name: 'ticket', examples: tickets.slice(0, 20) }], background)
  const own = compileOwnIntents('v', [fitted!])
  for (const ticket of tickets.slice(20)) assert.ok(ownProbabilities(ticket, own)[0]! > 0.5, ticket)
  const strangers = readOurPrompts().filter((_, i) => i % 50 === 1)
  const mistaken = strangers.filter(({ prompt }) => ownProbabilities(prompt, own)[0]! > 0.5)
  assert.ok(mistaken.length <= strangers.length / 100, `${mistaken.length} of ${strangers.length}`)
  assert.ok(fitted!.recognised >= 16, `${fitted!.recognised}`)
  assert.ok(fitted!.mistaken <= 0.01, `${fitted!.mistaken}`)
})

test('examples that have nothing in common are not recognised, and the figures say so', () => {
  const [fitted] = fitOwnIntents(
    [{ name: 'anything', examples: background.slice(0, 400).filter((_, i) => i % 20 === 0) }],
    background,
  )
  assert.ok(fitted!.recognised <= 8, `${fitted!.recognised}`)
})

test('an own intent stands back where another one fits better', () => {
  const fitted = fitOwnIntents(
    [
      { name: 'ticket', examples: tickets.slice(0, 20) },
      { name: 'recipe', examples: recipes.slice(0, 20) },
    ],
    background,
  )
  const own = compileOwnIntents('v', fitted)
  for (const ticket of tickets.slice(20)) {
    const [asTicket, asRecipe] = ownProbabilities(ticket, own)
    assert.ok(asTicket! > 10 * asRecipe!, ticket)
  }
})

test('the same examples give the same detector', () => {
  const fit = () => fitOwnIntents([{ name: 'ticket', examples: tickets }], background)
  assert.deepEqual(fit(), fit())
})
