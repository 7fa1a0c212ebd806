import { z } from 'zod'
import { bar, formatCarbon, formatCost, formatDuration, formatShare } from './format.ts'
import { paint, printable, table } from './terminal.ts'

/** The fields of a generation's story that are shown to people; the rest is there with --json. */
export const generationStorySchema = z.object({
  id: z.string(),
  created_at: z.string(),
  model: z.string().nullable(),
  provider_name: z.string().nullable(),
  outcome: z.string(),
  status: z.number(),
  simulated: z.boolean(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  requested_model: z.string(),
  policy: z.string(),
  reason: z.string(),
  caller: z.string(),
  finish_reason: z.string().nullable(),
  native_tokens_prompt: z.number(),
  native_tokens_completion: z.number(),
  cost_usd: z.string().nullable(),
  baseline: z.object({ model: z.string(), cost_usd: z.number() }).nullable(),
  carbon_g: z.number().nullable(),
  carbon_low_g: z.number().nullish(),
  carbon_high_g: z.number().nullish(),
  first_byte_ms: z.number().nullable(),
  total_ms: z.number(),
  overhead_ms: z.number(),
  intents: z.array(z.object({ intent: z.string(), p: z.number() })),
  candidates: z.array(
    z.object({
      model: z.string(),
      provider: z.string(),
      quality: z.number(),
      cost_usd: z.number().nullable(),
      latency_ms: z.number(),
      carbon_g: z.number(),
    }),
  ),
  removed: z.array(z.object({ limit: z.string(), endpoints: z.number() })),
  attempts: z.array(
    z.object({
      endpoint: z.string(),
      status: z.number(),
      totalMs: z.number(),
      hedged: z.boolean().optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
  answer: z.string().nullable(),
  /** Only one call alone is told with them. */
  ratings: z
    .array(
      z.object({
        kind: z.string(),
        name: z.string().optional(),
        value: z.number().optional(),
        text: z.string().optional(),
        caller: z.string(),
      }),
    )
    .default([]),
})

type Story = z.infer<typeof generationStorySchema>

/** The last calls, one a row, newest first. */
export function generationsText(stories: readonly Story[]): string {
  if (stories.length === 0) return 'Nothing is recorded yet. Send a call to the gateway: meritorder up'
  const columns = [
    { title: 'When' },
    { title: 'Generation' },
    { title: 'Model' },
    { title: 'Provider' },
    { title: 'Intent' },
    { title: 'Tokens', align: 'right' },
    { title: 'Cost', align: 'right' },
    { title: 'First', align: 'right' },
    { title: 'Total', align: 'right' },
    { title: 'Outcome' },
  ] as const
  return table(
    columns,
    stories.map((story) => [
      when(story),
      story.id,
      printable(story.model ?? story.requested_model, 40),
      printable(story.provider_name ?? '', 24),
      story.intents[0]?.intent ?? '',
      `${story.native_tokens_prompt}+${story.native_tokens_completion}`,
      story.cost_usd === null ? '?' : formatCost(Number(story.cost_usd)),
      formatDuration(story.first_byte_ms),
      formatDuration(story.total_ms),
      outcome(story),
    ]),
  )
}

/** One call from the question to the bill. */
export function generationText(story: Story): string {
  const { baseline, intents, candidates, removed, attempts, answer, error } = story
  const served = story.model === null ? 'nobody' : `${story.model} at ${story.provider_name ?? '?'}`
  const facts: [string, string][] = [
    ['When', `${when(story)}, by ${printable(story.caller, 60)}`],
    ['Asked for', `${printable(story.requested_model, 80)}, policy ${story.policy}`],
    ['Answered by', `${paint('bold', served)}${story.simulated ? paint('yellow', ' (simulated)') : ''}`],
    ['Why', story.reason],
    ['Outcome', `${outcome(story)}, status ${story.status}, finish ${story.finish_reason ?? 'none'}`],
    ...(error === null
      ? []
      : [['Error', `${error.code}: ${printable(error.message, 300)}`] satisfies [string, string]]),
    ['Tokens', `${story.native_tokens_prompt} in, ${story.native_tokens_completion} out`],
    ['Cost', story.cost_usd === null ? 'unknown: the host states no price' : `$${story.cost_usd}`],
    ...(baseline === null
      ? []
      : [
          ['Instead of', `${formatCost(baseline.cost_usd)} with ${baseline.model}`] satisfies [
            string,
            string,
          ],
        ]),
    ['CO₂e', carbonText(story)],
    [
      'Time',
      `first byte ${formatDuration(story.first_byte_ms)}, whole ${formatDuration(story.total_ms)}, gateway ${formatDuration(story.overhead_ms)}`,
    ],
  ]
  const sections = [
    facts.map(([label, text]) => `${paint('dim', label.padEnd(12))}${text}`).join('\n'),
    heading(
      'Intents',
      intents.map(({ intent, p }) => `${bar(p, 16)} ${formatShare(p).padStart(5)}  ${intent}`),
    ),
    heading('Candidates', candidates.length === 0 ? [] : [candidateRows(candidates)]),
    heading(
      'Ruled out',
      removed.map(({ limit, endpoints }) => `${endpoints} endpoints by ${limit}`),
    ),
    heading('Attempts', attempts.map(attemptLine)),
    heading('Ratings', story.ratings.map(ratingLine)),
    heading('Answer', answer === null || answer === '' ? [] : [printable(answer, 600)]),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

/** `12 mg (9 mg to 15 mg)`; records of before have the middle alone. */
function carbonText({ carbon_g: middle, carbon_low_g: low, carbon_high_g: high }: Story): string {
  const bounds = low === null || low === undefined ? '' : ` (${formatCarbon(low)} to ${formatCarbon(high)})`
  return formatCarbon(middle) + bounds
}

function candidateRows(candidates: Story['candidates']): string {
  return table(
    [
      { title: 'Model' },
      { title: 'Provider' },
      { title: 'Quality', align: 'right' },
      { title: 'Cost', align: 'right' },
      { title: 'Latency', align: 'right' },
      { title: 'CO₂e', align: 'right' },
    ],
    candidates.map(({ model, provider, quality, cost_usd, latency_ms, carbon_g }) => [
      model,
      provider,
      quality === null ? '–' : quality.toFixed(2),
      formatCost(cost_usd),
      formatDuration(latency_ms),
      formatCarbon(carbon_g),
    ]),
  )
}

function attemptLine({ endpoint, status, totalMs, hedged, error }: Story['attempts'][number]): string {
  const result = error === undefined ? `status ${status}` : `${error.code}: ${printable(error.message, 200)}`
  return `${endpoint}${hedged === true ? ' (hedged)' : ''}, ${formatDuration(totalMs)}, ${result}`
}

function ratingLine({ kind, name, value, text, caller }: Story['ratings'][number]): string {
  const said = kind === 'thumb' ? (value === 1 ? 'up' : 'down') : (value ?? printable(text ?? '', 200))
  return `${name === undefined ? kind : printable(name, 60)}: ${said}, by ${printable(caller, 60)}`
}

function heading(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [paint('dim', title), ...lines].join('\n')
}

function when({ created_at }: Story): string {
  const date = new Date(created_at)
  return Number.isNaN(date.getTime()) ? printable(created_at, 24) : date.toLocaleString('sv-SE')
}

function outcome({ outcome, simulated }: Story): string {
  const colour = outcome === 'complete' ? 'green' : outcome === 'client_closed' ? 'yellow' : 'red'
  return `${paint(colour, outcome)}${simulated ? paint('yellow', ' simulated') : ''}`
}
