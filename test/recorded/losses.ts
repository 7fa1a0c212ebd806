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
  readonly of: (recording: Recording) => boolean
  readonly why: string
}

export const DELIBERATE_LOSSES: readonly DeliberateLoss[] = [
  {
    skins: ['chat completions'],
    field: 'citations',
    of: ({ wire }) => wire === 'cohere',
    why: 'OpenAI’s url_citation has no place for a document without an address',
  },
]
