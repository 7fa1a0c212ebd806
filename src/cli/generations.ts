import type { Command } from 'commander'
import { z } from 'zod'
import { command, print, remark } from './command.ts'
import { filterQuery, type GenerationFilters, withFilters } from './generation-filters.ts'
import { generationStorySchema, generationsText, generationText } from './generation-text.ts'
import { wholeValue } from './option-values.ts'
import { findStory, listStories, type RecordsOptions, withGateway } from './recorded-stories.ts'
import { paint } from './terminal.ts'

interface GenerationsOptions extends RecordsOptions, GenerationFilters {
  readonly limit: number
  readonly before?: string
}

/** `meritorder generations`: the last calls, and the whole story of one. */
export function generationsCommand(): Command {
  return withFilters(
    withGateway(
      command('generations', 'List the last recorded calls, or tell the whole story of one.', [
        'generations',
        'generations --model openai/gpt-5-mini --since 7d --rated bad',
        'generations --text refund --limit 100 --json',
        'generations show gen-…',
      ]),
    ),
  )
    .option('-n, --limit <n>', 'how many', wholeValue(1, 1_000), 20)
    .option('--before <id>', 'only older ones than this call')
    .action(async (options: GenerationsOptions) => {
      const query = filterQuery(options)
      query.set('limit', String(options.limit))
      if (options.before !== undefined) query.set('before', options.before)
      const { data, next } = await listStories(query, options)
      print(options, data, () => generationsText(z.array(generationStorySchema).parse(data)))
      if (next !== null && options.json !== true) remark(paint('dim', `Older ones: --before ${next}`))
    })
    .addCommand(showCommand())
}

function showCommand(): Command {
  return withGateway(
    command('show', 'Tell the whole story of one call.', [
      'generations show gen-…',
      'generations show gen-… --json',
    ]),
  )
    .argument('<id>', 'the generation id, as the header x-meritorder-generation-id had it')
    .action(async (id: string, _options: unknown, invoked: Command) => {
      const options = invoked.optsWithGlobals<GenerationsOptions>()
      const story = await findStory(id, options)
      print(options, story, () => generationText(generationStorySchema.parse(story)))
    })
}
