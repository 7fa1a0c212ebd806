import type { Artifacts } from './artifacts.ts'
import { type AssembledMarket, assembleMarket } from './config/assemble-market.ts'
import type { Environment } from './config/load.ts'
import type { LocalServer } from './config/local-servers.ts'
import { policiesOf } from './config/policies.ts'
import type { Config } from './config/schema.ts'
import { compileCandidates } from './decide/candidates.ts'
import type { HealthBoard } from './market/health.ts'
import type { Catalog } from './market/offer.ts'
import type { LoadedPredictor } from './predictor-file.ts'
import type { Rules } from './serve.ts'

/** What the rules are made from, besides the configuration. */
export interface RuleSources {
  readonly artifacts: Artifacts
  readonly environment: Environment
  readonly localServers: readonly LocalServer[]
  readonly health: HealthBoard
  /** Sold instead of everything else. */
  readonly practice?: Catalog
}

/** The rules in force: configuration, market, keys, predictor. They change all at once, or not at all. */
export interface LiveRules {
  readonly current: Rules
  readonly market: AssembledMarket
  /** Puts another configuration in force; throws, and leaves the old one, when nothing can be built from it. */
  apply(config: Config): void
  /** Puts another predictor in force, or none. */
  learn(predictor: LoadedPredictor | undefined): void
}

export function createLiveRules(config: Config, sources: RuleSources): LiveRules {
  let { predictor } = sources.artifacts.predictor
  let state = build(config, sources, predictor)
  return {
    get current() {
      return state.rules
    },
    get market() {
      return state.market
    },
    apply(changed) {
      state = build(changed, sources, predictor)
    },
    learn(fitted) {
      predictor = fitted
      state = build(state.rules.config, sources, predictor)
    },
  }
}

function build(
  config: Config,
  sources: RuleSources,
  predictor: LoadedPredictor | undefined,
): { market: AssembledMarket; rules: Rules } {
  const { artifacts, environment, localServers, health, practice } = sources
  const { catalog } = artifacts
  const stock = { catalog, config, environment, localServers }
  const market = assembleMarket(practice === undefined ? stock : { ...stock, practice })
  const compile = (learned?: LoadedPredictor) =>
    compileCandidates({ catalog: market.catalog, health: health.health }, artifacts.quality, catalog, learned)
  const table = compile(predictor)
  const space = predictor?.space
  // Only a space that waits for an embedder outside can be without the prompt's place.
  const unlearned = space?.outside === undefined ? table : compile()
  const policies = policiesOf(config.policy)
  return { market, rules: { config, policies, keys: market.keys, table, unlearned, space } }
}
