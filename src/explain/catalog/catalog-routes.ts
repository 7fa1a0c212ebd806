import type { ServerResponse } from 'node:http'
import type { CandidateTable } from '../../decide/candidate-table.ts'
import { readName } from '../../decide/names.ts'
import { closestNames } from '../../decide/suggestions.ts'
import { isKept } from '../../decide/terms.ts'
import { MeritorderError } from '../../errors.ts'
import type { HealthBoard } from '../../market/health.ts'
import type { Handler, PathParams, Route } from '../../receive/http-server.ts'
import type { Rules } from '../../serve/house.ts'
import { type AsCaller, readAsked } from '../as-caller.ts'
import type { ModelJson } from './model-json.ts'
import { architecture, createdAt } from './model-json.ts'
import { modelListOf, offerAt, type TaggedBody } from './model-list.ts'
import { providerJson } from './provider-json.ts'
import { publicEndpoint } from './public-endpoint.ts'

/** What can be bought now: models, their endpoints with live statistics, and who sells them, in OpenRouter's shapes. */
export function catalogRoutes(
  rules: () => Rules,
  health: HealthBoard,
  now: () => number,
  asCaller: AsCaller,
): Route[] {
  const table = () => rules().table
  const listed = (shown?: string): Handler => {
    return (request, reply, params) => {
      const { query, path } = readAsked(rules(), request, params)
      const outputs = shown ?? shownOutputs(path)
      send(reply, request.headers['if-none-match'], modelListOf(table()).page(path, query, outputs, now()))
    }
  }
  return [
    get('/models', listed()),
    get('/models/user', listed('all')),
    get('/embeddings/models', listed('embeddings')),
    get(
      '/models/count',
      asCaller(({ query, path }) => {
        const count = modelListOf(table()).count(query, shownOutputs(path), now())
        return { data: { count } }
      }),
    ),
    get(
      '/models/{id}',
      asCaller(({ params }) => findModel(table(), nameIn(params))),
    ),
    get(
      '/models/{author}/{slug}',
      asCaller(({ params }) => findModel(table(), nameIn(params))),
    ),
    get(
      '/model/{author}/{slug}',
      asCaller(({ params }) => ({ data: findModel(table(), nameIn(params)) })),
    ),
    get(
      '/models/{author}/{slug}/endpoints',
      asCaller(({ params }) => ({ data: listEndpoints(table(), health, nameIn(params), now()) })),
    ),
    get(
      '/providers',
      asCaller(() => ({ data: table().providers.map(providerJson) })),
    ),
    get(
      '/endpoints/zdr',
      asCaller(() => ({ data: endpointsThatKeepNothing(table(), health, now()) })),
    ),
  ]
}

function get(path: string, handle: Handler): Route {
  return { method: 'GET', path, handle }
}

/** OpenRouter lists what makes text unless asked for more; OpenAI lists everything. */
function shownOutputs(path: string): string {
  return path.startsWith('/api/') ? 'text' : 'all'
}

function nameIn({ id, author, slug }: PathParams): string {
  return id ?? `${author}/${slug}`
}

function send(reply: ServerResponse, known: string | undefined, { bytes, etag }: TaggedBody): void {
  const headers = { etag, 'cache-control': 'private, no-cache' }
  if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
    reply.writeHead(304, headers).end()
    return
  }
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
  reply.end(bytes)
}

/** @throws MeritorderError `not_found` with the closest names. */
function findModel(table: CandidateTable, name: string): ModelJson {
  const list = modelListOf(table)
  const slug = name === 'auto' ? name : table.models[rowOf(table, name)]!.slug
  return list.find(slug)!
}

function listEndpoints(table: CandidateTable, health: HealthBoard, name: string, now: number) {
  const m = rowOf(table, name)
  const model = table.models[m]!
  const rows = table.endpoints.flatMap((_, e) => (table.model[e] === m ? [e] : []))
  const offers = rows.map((e) => offerAt(table, e))
  return {
    id: model.slug,
    name: model.name,
    created: createdAt(model),
    description: '',
    architecture: architecture(model, offers),
    endpoints: rows.map((e) => liveEndpoint(table, health, e, now)),
  }
}

/** Of hosts that are known to keep no prompts: what is not known is not promised. */
function endpointsThatKeepNothing(table: CandidateTable, health: HealthBoard, now: number) {
  return table.endpoints.flatMap((_, e) =>
    isKept(table, e, 'zeroRetention') ? [liveEndpoint(table, health, e, now)] : [],
  )
}

function liveEndpoint(table: CandidateTable, { statistics }: HealthBoard, e: number, now: number) {
  const endpoint = offerAt(table, e)
  const { id } = endpoint
  return publicEndpoint(
    {
      endpoint,
      model: table.models[table.model[e]!]!,
      provider: table.providers[table.provider[e]!]!,
      health: table.health(id),
      statistics: statistics(id),
    },
    now,
  )
}

/** The row of the model that a name means, by any of its names. */
function rowOf(table: CandidateTable, name: string): number {
  const meaning = readName(name, table.names, (e) => table.model[e]!)
  if (meaning.kind === 'model') return meaning.model
  const slugs = table.models.map(({ slug }) => slug)
  const suggestions =
    meaning.kind === 'ambiguous' ? meaning.models.map((m) => slugs[m]!) : closestNames(name, slugs, 5)
  const advice =
    suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : 'GET /v1/models lists what there is.'
  throw new MeritorderError(
    'not_found',
    `There is no model ${JSON.stringify(name.slice(0, 200))}. ${advice}`,
    {
      limit: 'model',
      metadata: { suggestions },
    },
  )
}
