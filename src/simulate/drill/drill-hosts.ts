/** The model that drills ask for. Nobody else sells it, so that no other caller is meant by a drill. */
export const DRILL_MODEL = 'meritorder/drill'

/** Two of the hosts speak chat completions, one Anthropic's Messages: what they say is passed through, and translated. */
const HOSTS = [
  { slug: 'drill-north', family: 'openai-compatible' },
  { slug: 'drill-east', family: 'anthropic' },
  { slug: 'drill-south', family: 'openai-compatible' },
] as const

export const DRILL_HOSTS: readonly string[] = HOSTS.map(({ slug }) => slug)

/** What `meritorder.yaml` needs for a drill whose simulator listens on this port. */
export function drillConfig(port: number): string {
  const provider = ({ slug, family }: (typeof HOSTS)[number]) => `  ${slug}:
    base_url: http://127.0.0.1:${port}/${slug}/v1
    family: ${family}
    key: practice
    models: [{ id: drill, model: ${DRILL_MODEL}, price: { prompt: 5, completion: 5 } }]`
  return `providers:\n${HOSTS.map(provider).join('\n')}\n`
}
