import { loadArtifacts } from '../../src/artifacts.ts'
import type { CandidateTable } from '../../src/decide/candidate-table.ts'
import { compileCandidates } from '../../src/decide/candidates.ts'
import type { LearnedFile } from '../../src/decide/predictor/predictor.ts'
import type { Outcomes } from '../../src/learn/outcomes.ts'
import { canonicalModel, createModelIndex } from '../../src/market/canonical-model.ts'
import { HEALTH_UNKNOWN } from '../../src/market/health.ts'
import type { Catalog } from '../../src/market/offer.ts'

/** When models came out that neither a leaderboard nor the catalog has any more: a catalog of their time said so. */
const RELEASED: Readonly<Record<string, string>> = {
  'codegemma-7b': '2024-04-09',
  'llama3-chatqa-1.5-70b': '2024-05-02',
  'llama3-chatqa-1.5-8b': '2024-05-02',
  'mathstral-7B': '2024-07-16',
  'jamba-1.5-large': '2024-08-22',
  'Yi-6b-Chat': '2023-11-23',
  'Qwen1.5-7B-Chat': '2024-02-04',
  'Qwen1.5-72B-Chat': '2024-02-04',
}

/** A host that sells the models of an outcomes file, each at what its answers cost there on average. */
export interface FileMarket {
  /** Slugs, by the file's numbers of the models: those that the shipped ratings know them by, where they do. */
  readonly slugs: readonly string[]
  readonly table: CandidateTable
  /** The same with a predictor, whose models are named by slugs. */
  learned(file: LearnedFile): CandidateTable
}

export function marketOf({ models, costUsd }: Outcomes): FileMarket {
  const { catalog, quality } = loadArtifacts()
  const index = createModelIndex([...quality.models.keys(), ...catalog.models.map(({ slug }) => slug)])
  const slugs = models.map((name) => canonicalModel(index, 'file', name).slug)
  if (new Set(slugs).size < slugs.length) throw new Error(`two models of the file are one: ${slugs}`)
  const known = new Map(catalog.models.map((model) => [model.slug, model]))
  const sold: Catalog = {
    version: 'outcomes',
    providers: [{ slug: 'file', name: 'File', family: 'openai-compatible', keyVariables: [] }],
    models: slugs.map(
      (slug, m) =>
        known.get(slug) ?? {
          slug,
          name: slug,
          ...(RELEASED[models[m]!] && { releaseDate: RELEASED[models[m]!] }),
          openWeights: false,
          reasoning: false,
        },
    ),
    endpoints: slugs.map((slug, m) => ({
      id: `file/${slug}`,
      provider: 'file',
      model: slug,
      upstreamModel: slug,
      price: { prompt: '0', completion: '0', request: meanOf(costUsd, m, models.length).toFixed(12) },
      input: ['text'],
      output: ['text'],
      supports: { tools: true, structuredOutput: true, reasoning: false, temperature: true },
    })),
  }
  const compile = (learned?: LearnedFile) =>
    compileCandidates({ catalog: sold, health: () => HEALTH_UNKNOWN }, quality, sold, learned)
  return { slugs, table: compile(), learned: compile }
}

function meanOf(cells: Float64Array, column: number, width: number): number {
  let sum = 0
  let n = 0
  for (let cell = column; cell < cells.length; cell += width) {
    if (Number.isNaN(cells[cell])) continue
    sum += cells[cell]!
    n++
  }
  return n === 0 ? 0 : sum / n
}
