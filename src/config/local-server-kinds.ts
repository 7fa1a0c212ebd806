import { z } from 'zod'
import type { LocalModel } from './local-servers.ts'

/** One program that serves models on loopback: where it listens, what to ask it, and how to know it by its replies. */
export interface LocalServerKind {
  readonly slug: string
  readonly name: string
  /** Its default port. */
  readonly port: number
  readonly paths: readonly string[]
  /** The replies of `paths` in order (undefined: none); undefined when this is not that program. */
  readonly read: (replies: readonly unknown[]) => LocalModel[] | undefined
}

const id = z.string().min(1).max(500)
const tokens = z.int().positive()

/** Ollama's own API; `/v1/models` alone could be anybody's. */
const ollamaTags = z.object({
  models: z
    .array(
      z.object({
        name: id,
        digest: z.string().optional(),
        modified_at: z.string().optional(),
        details: z.object({ families: z.array(z.string()).nullish() }).optional(),
      }),
    )
    .max(10_000),
})
const ollamaVersion = z.object({ version: z.string() })

const llamaCppModels = z.object({
  data: z
    .array(z.object({ id, owned_by: z.literal('llamacpp') }))
    .min(1)
    .max(10_000),
})
const llamaCppProps = z.object({
  default_generation_settings: z.object({ n_ctx: tokens.optional().catch(undefined) }),
})

const servedModels = (owner: string) =>
  z.object({
    data: z
      .array(
        z.object({
          id,
          owned_by: z.literal(owner),
          root: z.string().nullish(),
          max_model_len: tokens.nullish().catch(undefined),
        }),
      )
      .min(1)
      .max(10_000),
  })
const vllmModels = servedModels('vllm')
/** SGLang lists what it serves as vLLM does, under its own name. */
const sglangModels = servedModels('sglang')

/** Text Generation Inference names its router; one server has one model. */
const tgiInfo = z.object({
  router: z.literal('text-generation-router'),
  model_id: id,
  max_total_tokens: tokens.nullish().catch(undefined),
})

const lmStudioModels = z.object({
  data: z
    .array(z.object({ id, owned_by: z.literal('organization_owner') }))
    .min(1)
    .max(10_000),
})
const lmStudioDetails = z.object({
  data: z.array(
    z.object({
      id,
      type: z.string(),
      max_context_length: tokens.optional(),
      loaded_context_length: tokens.optional(),
    }),
  ),
})

/** The servers that are looked for, each known by marks that only its own replies carry. */
export const SERVER_KINDS: readonly LocalServerKind[] = [
  { slug: 'ollama', name: 'Ollama', port: 11434, paths: ['/api/tags', '/api/version'], read: readOllama },
  { slug: 'llama-cpp', name: 'llama.cpp', port: 8080, paths: ['/v1/models', '/props'], read: readLlamaCpp },
  { slug: 'vllm', name: 'vLLM', port: 8000, paths: ['/v1/models'], read: readVllm },
  {
    slug: 'lmstudio',
    name: 'LM Studio',
    port: 1234,
    paths: ['/v1/models', '/api/v0/models'],
    read: readLmStudio,
  },
  { slug: 'sglang', name: 'SGLang', port: 30000, paths: ['/v1/models'], read: readSglang },
  // The port of https://huggingface.co/docs/text-generation-inference/quicktour; the path of its API reference.
  { slug: 'tgi', name: 'Text Generation Inference', port: 8080, paths: ['/info'], read: readTgi },
]

/** Ollama says its version, or lists models by digest. Its context depends on the load, so it is not taken over. */
function readOllama([tags, version]: readonly unknown[]): LocalModel[] | undefined {
  const list = ollamaTags.safeParse(tags)
  if (!list.success) return undefined
  const { models } = list.data
  const marked = models.some(({ digest, modified_at }) => digest !== undefined || modified_at !== undefined)
  if (!marked && !ollamaVersion.safeParse(version).success) return undefined
  return models
    .filter(({ name, details }) => answers(name) && !details?.families?.some((family) => /bert/.test(family)))
    .map(({ name }) => ({ id: name }))
}

/** llama.cpp names itself as owner; `/props` (which may be switched off) tells the context of a slot. */
function readLlamaCpp([models, props]: readonly unknown[]): LocalModel[] | undefined {
  const list = llamaCppModels.safeParse(models)
  if (!list.success) return undefined
  const context = llamaCppProps.safeParse(props).data?.default_generation_settings.n_ctx
  return list.data.data
    .filter(({ id }) => answers(id))
    .map(({ id }) => ({ id, ...(context !== undefined && { contextTokens: context }) }))
}

function readVllm([models]: readonly unknown[]): LocalModel[] | undefined {
  const list = vllmModels.safeParse(models)
  return list.success ? served(list.data.data) : undefined
}

interface ServedModel {
  readonly id: string
  readonly root?: string | null | undefined
  readonly max_model_len?: number | null | undefined
}

function served(models: readonly ServedModel[]): LocalModel[] {
  return models
    .filter(({ id }) => answers(id))
    .map(({ id, root, max_model_len }) => ({
      id,
      ...(root && { knownAs: root }),
      ...(max_model_len && { contextTokens: max_model_len }),
    }))
}

function readSglang([models]: readonly unknown[]): LocalModel[] | undefined {
  const list = sglangModels.safeParse(models)
  return list.success ? served(list.data.data) : undefined
}

function readTgi([info]: readonly unknown[]): LocalModel[] | undefined {
  const found = tgiInfo.safeParse(info)
  if (!found.success) return undefined
  const { model_id: name, max_total_tokens: context } = found.data
  return [{ id: name, ...(context && { contextTokens: context }) }]
}

/** LM Studio writes `organization_owner` where OpenAI's documentation has `organization-owner`. */
function readLmStudio([models, detailed]: readonly unknown[]): LocalModel[] | undefined {
  const list = lmStudioModels.safeParse(models)
  if (!list.success) return undefined
  const details = new Map(lmStudioDetails.safeParse(detailed).data?.data.map((model) => [model.id, model]))
  return list.data.data
    .filter(({ id }) => answers(id) && details.get(id)?.type !== 'embeddings')
    .map(({ id }) => {
      const known = details.get(id)
      const context = known?.loaded_context_length ?? known?.max_context_length
      return { id, ...(context !== undefined && { contextTokens: context }) }
    })
}

/** False for models that embed or rank instead of answering. */
function answers(name: string): boolean {
  return !/embed|rerank|\bbge-|\ball-minilm/i.test(name)
}
