import type { Ask } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import type { Candidate, Continuation, ToolLoop } from './decision.ts'
import type { EndpointDraw } from './endpoint-draw.ts'
import type { Policy, Sort } from './policy.ts'
import { expectedCostUsd } from './predict.ts'
import { type PromptRatings, predictedQuality } from './quality.ts'
import type { Rows } from './rows.ts'

/** The field that an automatic choice was made from. */
export interface Field {
  /** Models with an endpoint left, and how many of them lie within the policy's band of the best. */
  readonly models: number
  readonly withinBand: number
  /** The model with the best quality to rank by, its predicted quality, and its cheapest stated cost in USD (NaN when none is stated). */
  readonly best: { readonly slug: string; readonly quality: number; readonly costUsd: number }
}

/**
 * Looks over the field; to be asked right after `rank`, which writes the models' steps.
 *
 * @param rows at least those of all models within the band
 * @param field how many models there are in all
 */
export function surveyField(
  table: CandidateTable,
  ask: Ask,
  { endpoints, models, starts }: Rows,
  field: number,
  ratings: PromptRatings,
): Field {
  const { standing, step } = table.scratch
  let best = 0
  let withinBand = 0
  for (let g = 0; g < models.length; g++) {
    const m = models[g]!
    if (step[m] === 0) withinBand++
    if (standing[m]! > standing[models[best]!]!) best = g
  }
  let costUsd = NaN
  for (let i = starts[best]!; i < starts[best + 1]!; i++) {
    const e = endpoints[i]!
    if (table.deal[e] !== DEAL.priced) continue
    const cost = expectedCostUsd(table, e, ask)
    if (!(costUsd <= cost)) costUsd = cost
  }
  const m = models[best]!
  const quality = predictedQuality(ratings, m)
  return { models: field, withinBand, best: { slug: table.models[m]!.slug, quality, costUsd } }
}

/** How an automatic choice came about, as far as its reason tells. */
interface Story {
  readonly field: Field
  readonly unseparated?: { readonly rival: string; readonly lead: number; readonly margin: number }
  readonly exploredInsteadOf?: string
  readonly propensity: number
}

/** Why the first candidate of an automatic choice is first, in one sentence with its numbers. */
export function reasonForAuto(chosen: Candidate, story: Story, policy: Policy): string {
  const { best, models, withinBand } = story.field
  const predicted =
    chosen.model.slug === best.slug
      ? `predicted ${chosen.quality.toFixed(2)} quality, the best of ${plural(models, 'model')}, for ${price(chosen.costUsd)}`
      : `predicted ${chosen.quality.toFixed(2)} quality against the best's ${best.quality.toFixed(2)} (${best.slug})${shareOf(chosen.costUsd, best.costUsd)}`
  const band = `policy ${policy.name}: ${plural(withinBand, 'model')} within ${Number(policy.qualityBand.toFixed(3))} of the best${calibrated(policy)}`
  const doubt =
    chosen.evidence === 'prior' ? '; nobody has rated this model, so its quality is estimated' : ''
  return `${exploring(story)}${predicted}${separating(story)}; ${band}${doubt}.`
}

function calibrated({ evidence }: Policy): string {
  if (evidence === undefined) return ''
  const { keep, baseline, confidence, prompts, data } = evidence
  return ` (calibrated on ${data}: at least ${percent(keep)} of ${baseline}'s quality there, with ${percent(confidence)} confidence from ${plural(prompts, 'prompt')})`
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}

function exploring({ exploredInsteadOf, propensity }: Story): string {
  if (exploredInsteadOf === undefined) return ''
  return `explored: drawn with probability ${propensity.toFixed(4)} instead of ${exploredInsteadOf}; `
}

function separating({ unseparated }: Story): string {
  if (unseparated === undefined) return ''
  const { rival, lead, margin } = unseparated
  const least = Number.isFinite(margin)
    ? `is below the ${margin.toFixed(3)} that would be evidence`
    : 'is of a kind that did not pay on the outcomes learned from'
  return `; the evidence does not separate it from ${rival}, whose lead of ${lead.toFixed(3)} ${least}, so the best model on average is taken`
}

/** Why the first endpoint of a named model is first. */
export function reasonForNamed(chosen: Candidate, endpoints: number, fallbacks: number): string {
  const { model, provider, costUsd, latencyMs } = chosen
  const among = endpoints === 1 ? 'its only endpoint here' : `first of its ${endpoints} endpoints here`
  const then = fallbacks > 0 ? `; ${plural(fallbacks, 'more model')} to fall back on` : ''
  return `${model.slug} was asked for; ${provider.name} is ${among}: ${price(costUsd)} and ${(latencyMs / 1000).toFixed(1)} s expected${then}.`
}

/** A reason that also tells what the caller had the endpoints sorted by. */
export function withSort(reason: string, sort: Sort | undefined): string {
  if (sort === undefined) return reason
  const across = sort.acrossModels ? ' across models' : ''
  return `${reason.replace(/\.$/, '')}; sorted by ${sort.by}${across}, as the call asks.`
}

/** A reason that also tells how the endpoint was drawn among those of its model. */
export function withDraw(
  reason: string,
  { propensity, triedInsteadOf }: EndpointDraw,
  { endpointChoice }: Policy,
  { endpoints }: CandidateTable,
): string {
  if (propensity === undefined) return reason
  const drawn = `drawn with probability ${propensity.toFixed(4)}`
  if (triedInsteadOf !== undefined) {
    const { provider } = endpoints[triedInsteadOf]!
    return `${reason.replace(/\.$/, '')}; the host was ${drawn} instead of ${provider}, to see whether it has become better.`
  }
  if (endpointChoice !== 'price_weighted') return reason
  return `${reason.replace(/\.$/, '')}; the host was ${drawn}, by the inverse square of its price.`
}

/** A reason that also tells whether a conversation stays where it was, and what it costs where not. */
export function withConversation(
  reason: string,
  continuation: Continuation | undefined,
  toolLoop: ToolLoop | undefined,
): string {
  const told = [toolLoopWords(toolLoop), continuation && continuationWords(continuation)].filter(Boolean)
  return told.length === 0 ? reason : `${reason.replace(/\.$/, '')}; ${told.join('; ')}.`
}

function toolLoopWords(loop: ToolLoop | undefined): string {
  if (loop === undefined) return ''
  return loop.outcome === 'kept'
    ? `${loop.model} called the tools, so it gets their results`
    : `${loop.model}, which called the tools, cannot be had for this call any more, so another model is chosen`
}

function continuationWords({ endpoint, model, outcome, cacheUsd, lostUsd }: Continuation): string {
  if (outcome === 'stays')
    return cacheUsd > 0 ? `the conversation stays here, where its prompt cache saves ${price(cacheUsd)}` : ''
  if (outcome === 'changes_model')
    return `the conversation changes from ${model}, which gives up ${price(lostUsd)} of prompt cache at ${endpoint}`
  return lostUsd > 0
    ? `the conversation leaves ${endpoint}, which gives up ${price(lostUsd)} of prompt cache`
    : ''
}

/** A reason that also tells why what was learned from outcomes had no say. */
export function withDoubt(reason: string, unlearned: string | undefined): string {
  if (unlearned === undefined) return reason
  return `${reason.replace(/\.$/, '')}; decided without what was learned from outcomes: ${unlearned}.`
}

function shareOf(cost: number | undefined, best: number): string {
  if (cost === undefined || !(best > 0)) return ` for ${price(cost)}`
  const percent = (100 * cost) / best
  return ` at ${percent < 1 ? 'under 1' : Math.round(percent)} % of its cost`
}

function price(costUsd: number | undefined): string {
  if (costUsd === undefined) return 'a price that the host does not state'
  return costUsd === 0 ? '$0' : `$${decimal(costUsd)}`
}

/** Two significant digits, without an exponent. */
function decimal(value: number): string {
  return value.toFixed(Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(value)))))
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
