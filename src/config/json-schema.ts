import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The JSON Schema of `meritorder.yaml`, as published in docs/meritorder.schema.json for editors. */
export function configJsonSchema(): string {
  const schema = {
    ...z.toJSONSchema(configSchema, { io: 'input' }),
    title: 'Meritorder configuration',
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}
