import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CLIENTS } from './clients/all.ts'
import { FEATURES } from './clients/client.ts'
import { SERVED } from './clients/families.ts'
import { type ClientRun, startClientRun } from './clients/run.ts'

let run: ClientRun
before(async () => {
  run = await startClientRun()
})
after(() => run.close())

for (const client of CLIENTS)
  describe(`${client.name}, ${client.api}`, () => {
    for (const feature of FEATURES)
      test(`${feature}, whatever wire family answers`, { skip: client.lacks[feature] ?? false }, async () => {
        const failures: string[] = []
        for (const served of SERVED)
          await run.check(client, feature, served).catch((error: unknown) => {
            failures.push(`${served.family}: ${error instanceof Error ? error.message : String(error)}`)
          })
        assert.deepEqual(failures, [])
      })
  })
