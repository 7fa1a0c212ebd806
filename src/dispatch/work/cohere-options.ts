import { MeritorderError } from '../../errors.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'

/** Cohere's names of what a request says. @throws MeritorderError `invalid_request` for what it has no value for */
export function cohereOptions({ inputType, dimensions }: EmbeddingsRequest) {
  refuseUnknown('input_type', inputType, INPUT_TYPES)
  refuseUnknown('dimensions', dimensions, DIMENSIONS)
  return {
    ...(inputType !== undefined && { inputType }),
    ...(dimensions !== undefined && { outputDimension: dimensions }),
  }
}

const INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering']
const DIMENSIONS = [256, 512, 1024, 1536]

function refuseUnknown<T>(field: string, value: T | undefined, known: readonly T[]): void {
  if (value === undefined || known.includes(value)) return
  throw new MeritorderError('invalid_request', `${field}: Cohere's models take ${known.join(', ')}.`, {
    limit: field,
  })
}
