import { stdin } from 'node:process'
import type { Command } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { policiesOf } from '../config/policies.ts'
import type { Config } from '../config/schema.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyRequest } from '../decide/policy.ts'
import { type LiveVector, liveVectors } from '../embedders/live-vectors.ts'
import { explainDecision } from '../explain/decision-json.ts'
import { findOwnIntents } from '../learned/own-intents-store.ts'
import { withEmbedder } from '../learned/with-embedder.ts'
import type { ChatRequest } from '../receive/chat-request.ts'
import type { Embedder } from '../understand/embedder.ts'
import { understand } from '../understand/understand.ts'
import { type CommonOptions, command, print, remark, usageError } from './command.ts'
import { decisionText } from './decision-text.ts'
import { configFor, offeredMarket } from './load-market.ts'
import { listValue, positiveValue, wholeValue } from './option-values.ts'

const MAX_PROMPT_BYTES = 52_428_800

interface RouteOptions extends CommonOptions {
  readonly policy?: string
  readonly models?: readonly string[]
  readonly allow?: readonly string[]
  readonly exclude?: readonly string[]
  readonly maxCost?: number
  readonly allProviders?: boolean
  readonly top: number
}

/** `meritorder route`: the decision for one prompt, without sending it anywhere. */
export function routeCommand(): Command {
  return command('route', 'Say which model would answer a prompt, and why. Nothing is sent anywhere.', [
    'route "Correct this sentense."',
    'route --policy cheap --allow "openai/*" "Prove that there are infinitely many primes."',
    'route --all-providers --max-cost 0.001 --json "Write a haiku about rain."',
    'route - < prompt.txt',
  ])
    .argument('<prompt...>', 'the prompt, or - to read it from stdin')
    .option('-p, --policy <name>', 'quality, balanced, cheap, fast, or one of your own')
    .option('-m, --models <slugs>', 'only these models, in this order (commas between them)', listValue)
    .option('-a, --allow <globs>', 'models that may be chosen, such as "openai/*"', listValue)
    .option('-x, --exclude <globs>', 'models that may not be chosen', listValue)
    .option('--max-cost <usd>', 'most that the call may cost, in USD', positiveValue)
    .option('--all-providers', 'choose from the whole catalog, as if every provider had a key')
    .option('--top <n>', 'candidates to show in the table', wholeValue(1, 1_000), 10)
    .action(async (words: string[], options: RouteOptions) => route(await readPrompt(words), options))
}

async function route(text: string, options: RouteOptions): Promise<void> {
  const { config } = configFor(options)
  const artifacts = loadArtifacts(config.record.data_folder, config.embedder?.name)
  const { predictor, refusal } = artifacts.predictor
  const { own, refusal: ownRefusal } = findOwnIntents(config.record.data_folder)
  for (const reason of [refusal, ownRefusal]) if (reason !== undefined) remark(reason.message)
  const market = await offeredMarket(config, artifacts.catalog, options.allProviders === true)
  const request = { messages: [{ role: 'user', content: text }] }
  const { vector, problem } = await findVector(config, request, predictor?.space)
  const intents = { ...artifacts.intents, ...(own && { own }) }
  const prompt = understand(request, intents, predictor?.space, vector)
  const learned = prompt.traits && predictor
  const table = compileCandidates(market, artifacts.quality, artifacts.catalog, learned)
  const baselineModel = config.policy.baseline_model
  const decision = decide(prompt, wishesOf(options, config.policy.default), table, {
    policies: policiesOf(config.policy),
    now: Date.now(),
    random: Math.random,
    ...(baselineModel !== undefined && { baselineModel }),
    ...(problem !== undefined && { unlearned: problem }),
  })
  print(options, explainDecision(prompt, decision), () => decisionText(prompt, decision, options.top))
}

/** A single call waits longer than one of many: a model may have to be loaded first. */
const TIMEOUT_MS = 60_000

async function findVector(
  config: Config,
  request: ChatRequest,
  space: Embedder | undefined,
): Promise<LiveVector> {
  if (space?.outside === undefined) return {}
  const options = { timeoutMs: TIMEOUT_MS, now: Date.now, tell: remark }
  return (await withEmbedder(config, (embedder) => liveVectors(embedder, options)(request, space))) ?? {}
}

function wishesOf(options: RouteOptions, defaultPolicy: string): PolicyRequest {
  const { models, allow, exclude, maxCost, policy = defaultPolicy } = options
  return {
    requested: models?.join(',') ?? 'auto',
    selector: models === undefined ? { kind: 'auto' } : { kind: 'models', models },
    policy,
    limits: {
      ...(allow !== undefined && { allowedModels: allow }),
      ...(exclude !== undefined && { excludedModels: exclude }),
      ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    },
    allowFallbacks: true,
  }
}

async function readPrompt(words: readonly string[]): Promise<string> {
  if (words.length !== 1 || words[0] !== '-') return words.join(' ')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    size += chunk.length
    if (size > MAX_PROMPT_BYTES) throw usageError(`a prompt of more than ${MAX_PROMPT_BYTES} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  if (text.trim() === '') throw usageError('stdin has no prompt')
  return text
}
