import type { Config } from '../config/schema.ts'
import { MeritorderError } from '../errors.ts'
import type { Call } from '../receive/call.ts'
import type { Recorder } from '../record/recorder.ts'
import type { StorageMode } from '../storage-mode.ts'
import { readConversation, type Store, withNamedItems } from './stored-conversation.ts'

/**
 * The call with what it has of answers that are kept here: the conversation that it goes on from and the items that it
 * names, of its own caller only. `store` in its body says from here on whether its own answer will be kept. A call in a
 * dialect that keeps none stays as it is.
 *
 * @throws MeritorderError `invalid_request` for what is not here, or cannot be kept.
 */
export async function recall(call: Call, { record, server }: Config, recorder: Recorder): Promise<Call> {
  const { stored } = call.dialect
  if (stored === undefined) return call
  const keeps = call.storage === 'full'
  if (!keeps && call.body.store === true) throw keepsNothing('store', call.storage, record.storage)
  const asked: Call['body'] = { ...call.body, store: keeps && call.body.store !== false }
  const { previous, items } = stored.references(asked)
  if (previous === undefined && items.length === 0) return { ...call, body: asked }
  if (!keeps && previous !== undefined)
    throw keepsNothing('previous_response_id', call.storage, record.storage)
  const store: Store = { recorder, stored, caller: call.caller.name, maxBytes: server.max_body_bytes }
  const turns = previous === undefined ? [] : await readConversation(store, previous)
  const earlier = await withNamedItems(
    store,
    turns.flatMap(({ request, answer }) => stored.conversationOf(request, answer)),
  )
  const input = Array.isArray(asked.input) ? await withNamedItems(store, asked.input) : asked.input
  const body = { ...asked, input }
  return { ...call, body, earlier, request: call.dialect.readRequest(body, earlier) }
}

function keepsNothing(field: string, storage: StorageMode, usual: StorageMode): MeritorderError {
  const [here, remedy] =
    storage === usual
      ? [`record.storage is ${storage}`, ', or set record.storage to full']
      : [`the storage of this call is ${storage}, by its key or its header`, '']
  const next = field === 'store' ? 'Send store: false' : 'Send the conversation as input'
  return new MeritorderError(
    'invalid_request',
    `${field} needs answers to be kept, and here they are not (${here}). ${next}${remedy}.`,
    { limit: field },
  )
}
