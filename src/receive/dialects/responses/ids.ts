/** The id of a response is that of its generation in OpenAI's spelling: `gen-…` becomes `resp_…`. */
export function responseId(generationId: string): string {
  return `resp_${hexOf(generationId)}`
}

/** - `msg`: message - `rs`: reasoning - `fc`: function call - `ig`: generated image */
export type ItemKind = 'msg' | 'rs' | 'fc' | 'ig'

/** The id of the response's item at a place in its output. */
export function itemId(kind: ItemKind, generationId: string, outputIndex: number): string {
  return `${kind}_${hexOf(generationId)}${outputIndex.toString(16).padStart(4, '0')}`
}

function hexOf(generationId: string): string {
  return generationId.slice(generationId.indexOf('-') + 1)
}
