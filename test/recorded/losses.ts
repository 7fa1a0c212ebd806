import type { Recording } from './recordings.ts'
import type { Saying } from './saying.ts'
import type { Skin } from './skins.ts'

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
    skins: ['messages'],
    field: 'reasoningTokens',
    of: () => true,
    why: 'Messages counts thoughts with the output',
  },
  {
    skins: ['messages'],
    field: 'citations',
    of: ({ wire }) => wire !== 'messages',
    why: 'Anthropic’s citations point into encrypted search results, which nobody else has',
  },
  {
    skins: ['messages'],
    field: 'finish',
    of: ({ wire }, { finish, tools }) => wire !== 'messages' && finish === 'stop' && tools.length > 0,
    why: 'what calls a tool ends with tool_use, whatever word the package has for it',
  },
  {
    skins: ['chat completions'],
    field: 'citations',
    of: (_, { citations }) => !citations.every(isAddress),
    why: 'url_citation has no place for a document without an address',
  },
  {
    skins: ['responses', 'messages'],
    field: 'completionTokens',
    of: (_, { completionTokens, reasoningTokens }) => reasoningTokens > completionTokens,
    why: 'thoughts that xAI counts beside the completion are part of the output in these APIs',
  },
]

/** What is not to be compared, because nobody can ask for it through the skin, or because somebody else cannot read it. */
export const NOT_APPLICABLE: readonly {
  readonly to: (recording: Recording, skin: Skin) => boolean
  readonly why: string
}[] = [
  {
    to: ({ name }) => /^xai\/xai-(code-execution|web-search|x-search)/.test(name),
    why: '@ai-sdk/openai does not know xAI’s own tools; xAI is spoken to in chat completions',
  },
  {
    to: ({ name }, { native }) => name.startsWith('openai/openai-custom-tool') && native === 'messages',
    why: 'only OpenAI’s callers can offer a tool whose input is no JSON',
  },
  {
    to: ({ jsonByTool, wire }, { native }) => jsonByTool && wire === native,
    why: 'where bytes pass through, JSON is not asked for by way of a tool',
  },
  {
    to: ({ name }, { native }) => name.includes('anthropic-compaction') && native === 'messages',
    why: 'context compaction is a beta that only `client.beta.messages` reads',
  },
  {
    to: ({ name }, { native }) => name.includes('duplicate-message-start') && native === 'messages',
    why: 'two beginnings in one stream, which Anthropic’s own client refuses, wherever it comes from',
  },
]
