/** The process that `create-database.ts` starts: creates an empty PGlite database in the folder named by its argument. */
import { PGlite } from '@electric-sql/pglite'

// Leave when the gateway is gone: nobody would take the result.
process.once('disconnect', () => process.exit(1))

const pglite = await PGlite.create(process.argv[2] ?? '')
await pglite.close()
process.exit(0)
