import type {
  LanguageModelV4File,
  LanguageModelV4Source,
  LanguageModelV4ToolCall,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider'
import { type Annotation, annotationOf } from './annotation.ts'
import { type ItemKind, itemId } from './ids.ts'
import {
  functionCallItem,
  imageItem,
  messageItem,
  type OutputItem,
  reasoningItem,
  signatureItem,
  summaryPart,
  textPart,
} from './output-items.ts'

type Metadata = SharedV4ProviderMetadata | undefined

/** The output of a streamed answer: items in their order, and the events that tell of them. */
export interface StreamedOutput {
  /** Items as far as they are finished, by `output_index`. */
  readonly items: OutputItem[]
  emit(type: string, fields: object): void
}

/** An item that is being written. */
export interface OpenItem {
  /** Writes a piece; the item is announced with its first one. */
  add(delta: string, metadata?: Metadata): void
  /** Finishes it; says nothing of an item without content. */
  close(metadata?: Metadata): void
}

interface Place {
  readonly item_id: string
  readonly output_index: number
}

function begin(
  output: StreamedOutput,
  generationId: string,
  kind: ItemKind,
  make: (id: string) => OutputItem,
): Place {
  const output_index = output.items.length
  const item_id = itemId(kind, generationId, output_index)
  const item = make(item_id)
  output.items.push(item)
  output.emit('response.output_item.added', { output_index, item })
  return { item_id, output_index }
}

function finish(output: StreamedOutput, { output_index }: Place, item: OutputItem): void {
  output.items[output_index] = item
  output.emit('response.output_item.done', { output_index, item })
}

/** An item that comes all at once. */
function addWhole(
  output: StreamedOutput,
  generationId: string,
  kind: ItemKind,
  make: (id: string) => OutputItem | undefined,
): void {
  if (make('') === undefined) return
  const place = begin(output, generationId, kind, (id) => make(id)!)
  finish(output, place, output.items[place.output_index]!)
}

/** A message of one text, and what it rests on. */
export interface OpenMessage extends OpenItem {
  cite(source: LanguageModelV4Source): void
}

export function openMessage(output: StreamedOutput, generationId: string): OpenMessage {
  let place: Place | undefined
  let text = ''
  let signed: Metadata
  const annotations: Annotation[] = []
  /** Those of the annotations that have been told of. */
  let told = 0
  const annotate = () => {
    for (; place !== undefined && told < annotations.length; told++)
      output.emit('response.output_text.annotation.added', {
        ...place,
        content_index: 0,
        annotation_index: told,
        annotation: annotations[told],
      })
  }
  return {
    add(delta, metadata) {
      signed = merged(signed, metadata)
      if (delta === '') return
      if (place === undefined) {
        place = begin(output, generationId, 'msg', (id) => messageItem(id, [], 'in_progress'))
        output.emit('response.content_part.added', { ...place, content_index: 0, part: textPart('') })
      }
      text += delta
      output.emit('response.output_text.delta', { ...place, content_index: 0, delta, logprobs: [] })
      annotate()
    },
    cite(source) {
      annotations.push(annotationOf(source))
      annotate()
    },
    close(metadata) {
      if (place === undefined) return
      const part = textPart(text, annotations)
      output.emit('response.output_text.done', { ...place, content_index: 0, text, logprobs: [] })
      output.emit('response.content_part.done', { ...place, content_index: 0, part })
      finish(output, place, messageItem(place.item_id, [part], 'completed'))
      addSignature(output, generationId, merged(signed, metadata), place.item_id)
    },
  }
}

/** Thoughts. Vendors sign them at their end, and some show nothing else of them. */
export function openReasoning(output: StreamedOutput, generationId: string): OpenItem {
  let place: Place | undefined
  let text = ''
  let signed: Metadata
  const announce = () => begin(output, generationId, 'rs', (id) => reasoningItem(id, ''))
  return {
    add(delta, metadata) {
      signed = merged(signed, metadata)
      if (delta === '') return
      if (place === undefined) {
        place = announce()
        output.emit('response.reasoning_summary_part.added', {
          ...place,
          summary_index: 0,
          part: summaryPart(''),
        })
      }
      text += delta
      output.emit('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta })
    },
    close(metadata) {
      const of = merged(signed, metadata)
      if (place === undefined && reasoningItem('', '', of).encrypted_content === null) return
      place ??= announce()
      if (text !== '') {
        output.emit('response.reasoning_summary_text.done', { ...place, summary_index: 0, text })
        output.emit('response.reasoning_summary_part.done', {
          ...place,
          summary_index: 0,
          part: summaryPart(text),
        })
      }
      finish(output, place, reasoningItem(place.item_id, text, of))
    },
  }
}

/** A function call whose arguments come in pieces; `end` brings them whole. */
export interface OpenToolCall extends OpenItem {
  end(call: LanguageModelV4ToolCall): void
}

export function openToolCall(
  output: StreamedOutput,
  generationId: string,
  toolCallId: string,
  toolName: string,
  metadata: Metadata,
): OpenToolCall {
  const signedAtFirst = addSignature(output, generationId, metadata, toolCallId)
  const call = { toolCallId, toolName }
  const place = begin(output, generationId, 'fc', (id) =>
    functionCallItem(id, { ...call, input: '' }, 'in_progress'),
  )
  let pieces = ''
  const add = (delta: string) => {
    if (delta === '') return
    pieces += delta
    output.emit('response.function_call_arguments.delta', { ...place, delta })
  }
  const done = (input: string, signed: Metadata) => {
    // A call without arguments streams none, yet clients put together what they get.
    if (pieces === '') add(input)
    output.emit('response.function_call_arguments.done', { ...place, name: toolName, arguments: input })
    finish(output, place, functionCallItem(place.item_id, { ...call, input }, 'completed'))
    if (!signedAtFirst) addSignature(output, generationId, signed, toolCallId)
  }
  return {
    add,
    close: (signed) => done(pieces || '{}', signed),
    end: ({ input, providerMetadata }) => done(input || '{}', providerMetadata),
  }
}

/** A generated image; nothing for other files. */
export function addImage(output: StreamedOutput, generationId: string, file: LanguageModelV4File): void {
  addWhole(output, generationId, 'ig', (id) => imageItem(id, file))
}

/** True where there was something to keep. */
function addSignature(output: StreamedOutput, generationId: string, metadata: Metadata, of: string): boolean {
  const before = output.items.length
  addWhole(output, generationId, 'rs', (id) => signatureItem(id, metadata, of))
  return output.items.length > before
}

/** What came later wins, vendor by vendor and member by member. */
function merged(known: Metadata, more: Metadata): Metadata {
  if (known === undefined || more === undefined) return more ?? known
  const result = { ...known }
  for (const [vendor, members] of Object.entries(more)) result[vendor] = { ...result[vendor], ...members }
  return result
}
