import type { Recording } from './recordings.ts'
import type { Saying } from './saying.ts'

/**
 * What a skin cannot say of what a provider said: the table of docs/translation.md for the recordings. A loss that is not
 * listed here fails the test, and so does one that is listed and no longer there.
 */
export interface DeliberateLoss {
  /** Matrix names of the skins. */
  readonly skins: readonly string[]
  readonly field: keyof Saying
  /** Of which recordings; those that say nothing in this field have nothing to lose. */
  readonly of: (recording: Recording, said: Saying) => boolean
  readonly why: string
}

const isAddress = (citation: string) => citation.startsWith('http')

export const DELIBERATE_LOSSES: readonly DeliberateLoss[] = [
  {
    skins: ['chat completions'],
    field: 'citations',
    of: (_, { citations }) => !citations.every(isAddress),
    why: 'url_citation has no place for a document without an address',
  },
  {
    skins: ['responses'],
    field: 'citations',
    of: ({ wire }, { citations }) => wire !== 'responses' && !citations.every(isAddress),
    why: 'file_citation needs the id of a file at OpenAI',
  },
  {
    skins: ['chat completions', 'messages'],
    field: 'reasoning',
    of: ({ folder, wire }) => folder === 'open-responses' && wire === 'responses',
    why: '@ai-sdk/openai does not read the bare thoughts of open models in Responses',
  },
]

/** Recordings that the package which translates them cannot read; where bytes pass through they are heard all the same. */
export const UNREADABLE: readonly { readonly names: RegExp; readonly why: string }[] = [
  {
    names: /^xai\/xai-(code-execution|web-search|x-search)/,
    why: '@ai-sdk/openai does not know xAI’s own tools; xAI is spoken to in chat completions',
  },
]
