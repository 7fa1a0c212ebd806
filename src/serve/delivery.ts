import type { ServerResponse } from 'node:http'
import type { Candidate, Decision } from '../decide/decision.ts'
import type { Answer } from '../dispatch/answer.ts'
import type { Delivery } from '../dispatch/dispatch.ts'
import { openRouterMetadata } from '../explain/openrouter-metadata.ts'
import { isObject } from '../json/is-object.ts'
import { formatUsd } from '../money.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { composeGeneration, type Understood } from '../record/compose-generation.ts'
import { type Fingerprint, packVector } from '../record/fingerprint.ts'
import { withoutWords } from '../record/without-words.ts'
import type { House, Rules } from './house.ts'

/** What belongs to this one call on its way out and back. */
export function deliveryOf(
  house: House,
  rules: Rules,
  call: Call<Skin>,
  understood: Understood,
  decision: Decision,
  reply: ServerResponse,
): Delivery {
  return {
    reply,
    keys: rules.keys,
    promptTokens: understood.tokens,
    headers: (served, answer) => explainingHeaders(call, served, answer),
    seal: (answer) => record(house, call, understood, decision, answer),
    ...(call.wantsMetadata ? { metadata: (answer: Answer) => openRouterMetadata(decision, answer) } : {}),
  }
}

/** Resolves when the record is as durable as the configuration asks for. A loss is counted and logged by the recorder; the caller still gets the answer. */
async function record(
  house: House,
  call: Call<Skin>,
  understood: Understood,
  decision: Decision,
  answer: Answer,
): Promise<void> {
  const [intent] = understood.intents
  if (intent !== undefined && call.own === undefined) house.drift.noteIntent(intent.intent, call.caller.name)
  if (call.storage === 'off') return
  const { whole } = answer
  const kept = call.body.store === true && whole ? call.dialect.stored?.kept(call.body, whole) : undefined
  const fingerprint = call.storage === 'hashed' ? fingerprintOf(house, call, understood) : undefined
  const recorded = {
    generation: composeGeneration(call, understood, decision, answer),
    request: call.bytes,
    answer: answer.text,
    ...(kept === undefined ? {} : { response: kept }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  }
  await house.recorder.append(call.storage === 'full' ? recorded : await withoutWords(recorded))
}

/** Of what says nothing there is nothing to learn from. */
function fingerprintOf(
  { hashPrompt, intents }: House,
  { request }: Call<Skin>,
  { embedding, shape }: Understood,
): Fingerprint | undefined {
  if (embedding === undefined || !isObject(request)) return undefined
  const promptHash = hashPrompt(request.messages)
  if (promptHash === undefined) return undefined
  return {
    promptHash,
    embedder: intents.embedder.id,
    embedding: packVector(embedding),
    shape: shape ? packVector(shape) : null,
  }
}

function explainingHeaders(
  call: Call<Skin>,
  served: Candidate,
  answer: Answer | undefined,
): Record<string, string> {
  const { model, provider } = served.endpoint
  const headers: Record<string, string> = {
    // A slug of one's own may hold any character; a header may not.
    'x-meritorder-model': encodeURI(model),
    'x-meritorder-provider': encodeURI(provider),
    'x-meritorder-generation-id': call.id,
    'x-generation-id': call.id,
    ...(call.dialect.idHeader === undefined ? {} : { [call.dialect.idHeader]: call.id }),
  }
  // What a stream has cost is known only at its end; its head can tell no more than the estimate.
  if (answer?.bill !== undefined) headers['x-meritorder-cost'] = formatUsd(answer.bill.total)
  else if (served.costUsd !== undefined)
    headers['x-meritorder-estimated-cost'] = served.costUsd.toPrecision(3)
  return headers
}
