import { DEATHS, type DeadHosts, type Death } from './deaths.ts'

export interface Plan {
  readonly rounds: number
  /** First calls in a round, each at endpoints that nobody has called before; hanging ones take a second each. */
  readonly firstCalls: number
  /** Calls one after the other in a round; the last of them are those around the thousandth. */
  readonly calls: number
}

/** The model of a round whose first host is dead in this way; `nth` counts those of the first calls. */
export function modelOf(death: Death, round: number, nth: number | 'long'): string {
  return `bench/${death}-${round}-${nth}`
}

/** How many models of a round are called once. */
export function firstCallsOf(death: Death, { firstCalls }: Plan): number {
  return death === 'hang' ? Math.min(firstCalls, MOST_HANGING) : firstCalls
}

const MOST_HANGING = 5

/** Every call names the dead host first, so that prices and statistics do not choose another. */
export function orderOf(death: Death): readonly string[] {
  return [`first-${death}`, 'second']
}

/** `meritorder.yaml` of a gateway that sells these models, each at a first host and at a second one that is well. */
export function failoverYaml(
  port: number,
  dataFolder: string,
  wellPort: number,
  dead: DeadHosts['urls'],
  plan: Plan,
): string {
  const modelsOf = (death: Death) =>
    Array.from({ length: plan.rounds }, (_, round) => [
      modelOf(death, round, 'long'),
      ...Array.from({ length: firstCallsOf(death, plan) }, (_, nth) => modelOf(death, round, nth)),
    ]).flat()
  const host = (slug: string, url: string, models: readonly string[]) =>
    `  ${slug}:\n    base_url: ${url}/v1\n    key: bench\n    models:\n${models.map((model) => `      - { id: ${model}, model: ${model}, price: { prompt: 1, completion: 1 } }`).join('\n')}`
  const well = `http://127.0.0.1:${wellPort}`
  const firsts = DEATHS.map((death) =>
    host(`first-${death}`, death === 'none' ? well : dead[death], modelsOf(death)),
  )
  return `server: { port: ${port} }
record: { data_folder: ${JSON.stringify(dataFolder)} }
local_servers: { discover: false }
timeouts: { ordinary: { whole_ms: ${FIRST_BYTE_MS} } }
log: { level: fatal }
providers:
${firsts.join('\n')}
${host('second', well, DEATHS.flatMap(modelsOf))}
`
}

/** What a first host that hangs costs the first call. */
export const FIRST_BYTE_MS = 1_000
