import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeShare } from './code-share.ts'

test('prose has no code', () => {
  assert.equal(
    codeShare('Dear Ms Haddad,\n\nfrom Monday on the office is closed; please call (or write).'),
    0,
  )
  assert.equal(codeShare(''), 0)
})

test('code is code', () => {
  const code = 'def add(a, b):\n    total = a + b\n    return total\n\nprint(add(1, 2))\n'
  assert.ok(codeShare(code) > 0.7, `${codeShare(code)}`)
})

test('a fenced block counts whole, the question around it does not', () => {
  const share = codeShare('Why does this fail?\n```\nplain words in a block\n```\nThanks a lot for your help')
  assert.ok(share > 0.2 && share < 0.6, `${share}`)
})

test('an unclosed fence runs to the end', () => {
  assert.ok(codeShare('Look:\n```js\nwhatever follows here is code') > 0.8)
})

test('the share lies between 0 and 1 for hostile text', () => {
  for (const text of ['```'.repeat(5000), '{'.repeat(100_000), '\n'.repeat(100_000), '\ud800\udfff\0']) {
    const share = codeShare(text)
    assert.ok(share >= 0 && share <= 1)
  }
})
