import { FAMILIES } from '../../src/market/families.ts'
import { CLIENTS } from './all.ts'
import { FEATURES } from './client.ts'
import { SERVED } from './families.ts'
import { startClientRun } from './run.ts'

const [c = '.', f = '.', s = '.'] = process.argv.slice(2)
const run = await startClientRun()
process.on('unhandledRejection', (e) => console.log('UNHANDLED', (e as Error)?.stack?.slice(0, 900)))
const t0 = performance.now()
for (const client of CLIENTS.filter((x) => new RegExp(c).test(x.name + ' ' + x.api)))
  for (const feature of FEATURES.filter((x) => new RegExp(f).test(x)))
    for (const served of SERVED.filter((x) => FAMILIES.includes(x.family) && new RegExp(s).test(x.family))) {
      if (client.lacks[feature]) continue
      const t = setTimeout(() => {
        console.log('HANG', client.name, feature, served.family)
        process.exit(1)
      }, 20000)
      await run.check(client, feature, served).then(
        () => process.argv[5] && console.log('ok', client.name, feature, served.family),
        (e) =>
          console.log(
            '✗',
            client.name,
            '|',
            feature,
            '|',
            served.family,
            '|',
            `${e?.message ?? e}`.replace(/\s+/g, ' ').slice(0, 300),
          ),
      )
      clearTimeout(t)
    }
console.log(Math.round(performance.now() - t0), 'ms')
await run.close()
