/** The JSON that recordings of older models answer through a tool. */
export const JSON_FORMAT = {
  name: 'elements',
  schema: { type: 'object', properties: {} },
} as const

/** How a recording is to be asked for. */
export interface Ask {
  readonly model: string
  readonly stream: boolean
  readonly jsonByTool: boolean
}
