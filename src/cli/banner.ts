import type { FoundProvider } from '../config/assemble-market.ts'
import type { Config } from '../config/schema.ts'
import type { Gateway } from '../gateway.ts'
import type { StorageMode } from '../storage-mode.ts'
import { formatPlural } from './format.ts'
import { paint } from './terminal.ts'

const MOST_PROVIDERS = 12

export interface BannerFacts {
  readonly gateway: Gateway
  readonly config: Config
  readonly practice: boolean
  /** The configuration file, where there is one. */
  readonly path?: string
}

/** What a person reads when the gateway has started: what was found, and what to do next. */
export function bannerText(facts: BannerFacts): string {
  const { gateway, practice } = facts
  const sections = [
    `${paint('bold', 'Meritorder')} is up on ${paint(['bold', 'green'], gateway.url)}`,
    found(facts),
    practice ? practiceNotice() : '',
    gateway.endpoints === 0 ? withoutProviders() : nextSteps(facts),
    paint('dim', 'Stop with Ctrl-C.'),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const KEPT: Readonly<Record<StorageMode, string>> = {
  full: 'prompts and answers kept',
  redacted: 'prompts and answers kept, personal data replaced',
  hashed: 'no words: numbers, hashes and embeddings',
  metadata: 'numbers only',
  off: 'nothing is recorded',
}

function found({ gateway, config, path }: BannerFacts): string {
  const { storage, data_folder } = config.record
  const rows: [string, string][] = [
    ...providerRows(gateway.found),
    ...gateway.unusable.map(({ slug, source, reason }): [string, string] => [
      'Not usable',
      `${paint('yellow', slug)} (${source}): ${reason}`,
    ]),
    ['Market', `${formatPlural(gateway.models, 'model')}, ${formatPlural(gateway.endpoints, 'endpoint')}`],
    ['Policy', config.policy.default],
    [
      'Records',
      `${config.record.database_url === undefined ? data_folder : 'PostgreSQL'} (${KEPT[storage]})`,
    ],
    ['Config', path ?? 'all defaults; docs/meritorder.example.yaml shows every key'],
  ]
  return rows.map(([label, text], index) => row(rows[index - 1]?.[0] === label ? '' : label, text)).join('\n')
}

function providerRows(providers: readonly FoundProvider[]): [string, string][] {
  if (providers.length === 0) return [['Providers', paint('yellow', 'none found')]]
  const shown = providers
    .slice(0, MOST_PROVIDERS)
    .map(({ provider, source, endpoints }): [string, string] => {
      const simulated = provider.simulated === true ? paint('yellow', ' SIMULATED') : ''
      return [
        'Providers',
        `${provider.name} ${paint('dim', `(${source}, ${formatPlural(endpoints, 'endpoint')})`)}${simulated}`,
      ]
    })
  const rest = providers.length - shown.length
  return rest > 0 ? [...shown, ['Providers', `… and ${rest} more: meritorder providers`]] : shown
}

function practiceNotice(): string {
  return paint(
    'yellow',
    'PRACTICE MARKET: every answer is SIMULATED. No provider is called and nothing is paid.',
  )
}

function withoutProviders(): string {
  return [
    paint('bold', 'There is nobody to send a prompt to yet. Either'),
    row(
      'set a key',
      'export OPENAI_API_KEY=…   or ANTHROPIC_API_KEY, GROQ_API_KEY, … (meritorder providers --all)',
    ),
    row('run locally', 'start Ollama, llama.cpp, vLLM, SGLang or LM Studio on this machine'),
    row('practise', `${practiceCommand()}   with simulated providers`),
    'and start again.',
  ].join('\n')
}

function nextSteps({ gateway, config }: BannerFacts): string {
  const keyed = config.server.keys.length > 0
  const authorization = keyed ? ` -H "authorization: Bearer $KEY"` : ''
  const apiKey = keyed ? 'process.env.KEY' : "'local'"
  return [
    paint('bold', 'Try it'),
    `  curl ${gateway.url}/v1/chat/completions -H 'content-type: application/json'${authorization} \\`,
    `    -d '{"model":"auto","messages":[{"role":"user","content":"Correct this sentense."}]}'`,
    '',
    `  const client = new OpenAI({ baseURL: '${gateway.url}/v1', apiKey: ${apiKey} })   ${paint('dim', '// then model: "auto"')}`,
  ].join('\n')
}

/** As this program was started: through npm in the repository, or as an installed command. */
function practiceCommand(): string {
  return process.env.npm_lifecycle_event === 'start' ? 'npm start -- --practice' : 'meritorder up --practice'
}

function row(label: string, text: string): string {
  return `  ${paint('dim', label.padEnd(11))} ${text}`
}
