import type { ProviderFamily } from '../../src/market/offer.ts'

interface Host {
  readonly slug: string
  readonly family: ProviderFamily
  /** Base path of the family. */
  readonly path: string
}

/** Hosts of several wire families, so that calls both pass through and are translated. */
export const HOSTS: readonly Host[] = [
  { slug: 'chaos-a', family: 'openai-compatible', path: '/v1' },
  { slug: 'chaos-b', family: 'anthropic', path: '/v1' },
  { slug: 'chaos-c', family: 'openai-compatible', path: '/v1' },
  { slug: 'chaos-d', family: 'google', path: '/v1beta' },
  { slug: 'chaos-e', family: 'openai-responses', path: '/v1' },
]

/** Every model is sold by three hosts. The id at the host is the model's name without its author. */
export const SELLERS: Readonly<Record<string, readonly string[]>> = {
  'chaos/north': ['chaos-a', 'chaos-b', 'chaos-c'],
  'chaos/east': ['chaos-b', 'chaos-c', 'chaos-d'],
  'chaos/south': ['chaos-c', 'chaos-d', 'chaos-e'],
  'chaos/west': ['chaos-a', 'chaos-d', 'chaos-e'],
}

/** The id under which every host knows a model. */
function upstreamModel(model: string): string {
  return model.replace('chaos/', '')
}

/** `meritorder.yaml` of a gateway that sells these hosts of a simulator and gives up early what does not answer. */
export function gatewayYaml(simulatorUrl: string, port: number, dataFolder: string): string {
  const provider = ({ slug, family, path }: Host, at: number) => {
    const sold = Object.keys(SELLERS).filter((model) => SELLERS[model]!.includes(slug))
    const price = `{ prompt: ${1 + at}, completion: ${2 + at} }`
    const lines = sold.map(
      (model) => `      - { id: ${upstreamModel(model)}, model: ${model}, price: ${price} }`,
    )
    return `  ${slug}:\n    base_url: ${simulatorUrl}/${slug}${path}\n    family: ${family}\n    key: practice\n    models:\n${lines.join('\n')}`
  }
  return `server: { port: ${port} }
record: { data_folder: ${JSON.stringify(dataFolder)} }
local_servers: { discover: false }
timeouts: { connect_ms: 2000, ordinary: { first_byte_ms: 8000, whole_ms: 12000, idle_ms: 4000, total_ms: 45000 } }
log: { level: warn }
providers:
${HOSTS.map(provider).join('\n')}
`
}
