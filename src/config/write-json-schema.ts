// Writes docs/meritorder.schema.json from the schema in the code; run it after changing schema.ts.
import { writeFileSync } from 'node:fs'
import { configJsonSchema } from './json-schema.ts'

writeFileSync(new URL('../../docs/meritorder.schema.json', import.meta.url), configJsonSchema())
