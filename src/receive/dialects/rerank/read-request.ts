import { isObject } from '../../../json/is-object.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readBoolean,
  readLimit,
  readString,
  wrong,
} from '../../fields.ts'
import type { RerankDocument, RerankRequest } from '../../work-request.ts'

/** Cohere's limit ("we recommend not sending more than 1,000 documents", 10,000 at most): https://docs.cohere.com/v2/reference/rerank */
const MOST_DOCUMENTS = 10_000

/**
 * Reads a rerank body: `top_n` may be called `top_k`, as Voyage does. Documents come back with the results unless
 * `return_documents` is false.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readRequest(body: Fields): RerankRequest {
  if (body.stream === true) throw wrong('stream', 'left out: rankings do not stream')
  const query = readString(body.query, 'query')
  if (query === '') throw wrong('query', 'a text that is not empty')
  const documents = readArray(body.documents, 'documents')
  if (documents.length === 0 || documents.length > MOST_DOCUMENTS)
    throw wrong('documents', `a list of 1 to ${MOST_DOCUMENTS} documents`)
  const field = body.top_n === undefined ? 'top_k' : 'top_n'
  return {
    query,
    documents: documents.map((document, at) => readDocument(document, `documents[${at}]`)),
    returnsDocuments: optional(readBoolean, body.return_documents, 'return_documents') ?? true,
    ...defined({ topN: optional(readLimit, body[field], field) }),
  }
}

const readDocument: Reader<RerankDocument> = (document, field) => {
  if (typeof document === 'string') return { text: document }
  if (!isObject(document)) throw wrong(field, 'a text, or an object with a text or an image')
  const text = optional(readString, document.text, `${field}.text`)
  const image = optional(readString, document.image, `${field}.image`)
  if (text === undefined && image === undefined)
    throw wrong(field, 'a text, or an object with a text or an image')
  return { ...(text !== undefined && { text }), ...(image !== undefined && { image }) }
}
