import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LABELLED_TEXTS } from './labelled-texts.ts'
import { redactText } from './redact-text.ts'

/** Least precision and recall of each kind on the labelled texts; docs/privacy-of-records.md has the counts. */
const LEAST: Readonly<Record<string, readonly [precision: number, recall: number]>> = {
  email: [0.9, 1],
  card: [1, 1],
  iban: [1, 1],
  ip: [1, 1],
  key: [1, 0.85],
  phone: [1, 0.65],
  name: [0.9, 0.8],
}

const MARKED = /«(\w+)\|([^»]*)»/g

test('of marked personal data as much is found, and as little else goes, as the documentation says', (t) => {
  for (const [kind, [precision, recall]] of Object.entries(LEAST)) {
    let marked = 0
    let found = 0
    let replaced = 0
    for (const text of LABELLED_TEXTS) {
      const redacted = redactText(text.replace(MARKED, '$2'))
      const own = [...text.matchAll(MARKED)].flatMap(([, is, words]) => (is === kind ? [words!] : []))
      marked += own.length
      const placeholders = redacted.split(`[${kind}]`).length - 1
      replaced += placeholders
      // What is not there any more was replaced; no marked text occurs twice.
      found += Math.min(placeholders, own.filter((words) => !redacted.includes(words)).length)
    }
    t.diagnostic(`${kind}: ${found} of ${marked} found, ${replaced - found} of ${replaced} wrong`)
    assert.ok(found / marked >= recall, `${kind}: recall ${found}/${marked}`)
    assert.ok(found / replaced >= precision, `${kind}: precision ${found}/${replaced}`)
  }
})
