import type { Artifacts } from '../artifacts.ts'
import { type AssembledMarket, assembleMarket } from '../config/assemble-market.ts'
import { readKeyStore } from '../config/key-store.ts'
import type { Environment } from '../config/load.ts'
import type { LocalServer } from '../config/local-servers.ts'
import { policiesOf } from '../config/policies.ts'
import type { Config } from '../config/schema.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { createKeyRing, type KeyRing } from '../dispatch/key-ring.ts'
import type { LoadedPredictor } from '../learned/predictor-file.ts'
import type { HealthBoard } from '../market/health.ts'
import type { Catalog } from '../market/offer.ts'
import type { TrafficCap } from '../market/traffic-cap.ts'
import type { Rules } from '../serve/house.ts'

/** What the rules are made from, besides the configuration. */
export interface RuleSources {
  readonly artifacts: Artifacts
  readonly environment: Environment
  readonly localServers: readonly LocalServer[]
  readonly health: HealthBoard
  readonly trafficCap: TrafficCap
  /** Epoch ms that never go back. */
  readonly now: () => number
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
  /** Has somebody told of each change of the market, or of the predictor, once it is in force. */
  onChange(hear: (changed: 'market' | 'predictor') => void): void
}

export function createLiveRules(config: Config, sources: RuleSources): LiveRules {
  let { predictor } = sources.artifacts.predictor
  let bought = buy(config, sources)
  let rules = build(config, bought, sources, predictor)
  let tell: Parameters<LiveRules['onChange']>[0] = () => {}
  return {
    get current() {
      return rules
    },
    get market() {
      return bought.market
    },
    apply(changed) {
      const next = buy(changed, sources)
      rules = build(changed, next, sources, predictor)
      bought = next
      tell('market')
    },
    learn(fitted) {
      predictor = fitted
      rules = build(rules.config, bought, sources, predictor)
      tell('predictor')
    },
    onChange(hear) {
      tell = hear
    },
  }
}

interface Bought {
  readonly market: AssembledMarket
  /** No key of it has been refused yet. */
  readonly keys: KeyRing
}

function buy(config: Config, { artifacts, environment, localServers, practice, now }: RuleSources): Bought {
  const storedKeys =
    practice === undefined ? readKeyStore(config.record.data_folder, environment.MERITORDER_MASTER_KEY) : []
  const stock = { catalog: artifacts.catalog, config, environment, localServers, storedKeys }
  const market = assembleMarket(practice === undefined ? stock : { ...stock, practice })
  return { market, keys: createKeyRing(market.keys, now) }
}

function build(
  config: Config,
  { market, keys }: Bought,
  { artifacts, health: { health }, trafficCap: { fullUntil } }: RuleSources,
  predictor: LoadedPredictor | undefined,
): Rules {
  const { catalog } = artifacts
  const compile = (learned?: LoadedPredictor) =>
    compileCandidates({ catalog: market.catalog, health, fullUntil }, artifacts.quality, catalog, learned)
  const table = compile(predictor)
  const space = predictor?.space
  // Only a space that waits for an embedder outside can be without the prompt's place.
  const unlearned = space?.outside === undefined ? table : compile()
  return { config, policies: policiesOf(config.policy), keys, table, unlearned, space }
}
