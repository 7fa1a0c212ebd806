import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { compare } from './recorded/compare.ts'
import { DELIBERATE_LOSSES, type DeliberateLoss } from './recorded/losses.ts'
import { readRecordings, WITHOUT_RECORDINGS } from './recorded/recordings.ts'
import { type Replay, startReplay } from './recorded/replay.ts'
import { SKINS } from './recorded/skins.ts'

const { recordings } = readRecordings()

describe('recorded replies of real providers, through the gateway', {
  skip: recordings.length === 0 && WITHOUT_RECORDINGS,
}, () => {
  let replay: Replay
  const seen = new Set<DeliberateLoss>()
  before(async () => {
    replay = await startReplay(recordings)
  })
  after(() => replay.close())
  for (const recording of recordings)
    test(`${recording.name} says the same in every skin as the vendor’s own package reads from it`, async () => {
      for (const skin of SKINS) {
        const { losses, defects } = await compare(replay, recording, skin)
        for (const loss of losses) seen.add(loss)
        assert.deepEqual(defects, [], skin.name)
      }
    })
  test('every loss that is listed happens', () => {
    const stale = DELIBERATE_LOSSES.filter((loss) => !seen.has(loss))
    assert.deepEqual(
      stale.map(({ field, why }) => `${field}: ${why}`),
      [],
    )
  })
})
