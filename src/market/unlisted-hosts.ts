import type { ModelsDevModel, ModelsDevProvider } from './models-dev-schema.ts'

/**
 * Hosts that models.dev does not list, written as it would list them: USD per million tokens. An OpenAI-compatible host
 * takes no more than its entry here. What models.dev lists under the same slug wins.
 */
export const UNLISTED_HOSTS: Readonly<Record<string, ModelsDevProvider>> = {
  sambanova: {
    name: 'SambaNova',
    npm: '@ai-sdk/openai-compatible',
    env: ['SAMBANOVA_API_KEY'],
    api: 'https://api.sambanova.ai/v1',
    doc: 'https://docs.sambanova.ai/docs/en/features/openai-compatibility',
    // https://cloud.sambanova.ai/plans/pricing and https://docs.sambanova.ai/docs/en/models/sambacloud-models
    models: {
      'DeepSeek-V3.1': openModel({ input: 3, output: 4.5 }),
      'Llama-4-Maverick-17B-128E-Instruct': openModel({ input: 0.63, output: 1.8 }),
      'Meta-Llama-3.3-70B-Instruct': openModel({ input: 0.6, output: 1.2 }),
      'gpt-oss-120b': openModel({ input: 0.22, output: 0.59 }),
    },
  },
  // Found on this machine, or anywhere by their base_url.
  ollama: local('Ollama', 11434, 'https://docs.ollama.com/api/openai-compatibility'),
  vllm: local('vLLM', 8000, 'https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html'),
  'llama-cpp': local(
    'llama.cpp',
    8080,
    'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  ),
  sglang: local('SGLang', 30000, 'https://docs.sglang.ai/basic_usage/openai_api.html'),
  tgi: local(
    'Text Generation Inference',
    8080,
    'https://huggingface.co/docs/text-generation-inference/messages_api',
  ),
}

/** An open model of text with tools and a context of 128k tokens. */
function openModel(cost: { readonly input: number; readonly output: number }): ModelsDevModel {
  return {
    cost,
    limit: { context: 131_072 },
    modalities: { input: ['text'], output: ['text'] },
    open_weights: true,
    temperature: true,
    tool_call: true,
  }
}

function local(name: string, port: number, doc: string): ModelsDevProvider {
  const api = `http://127.0.0.1:${port}/v1`
  return { name, npm: '@ai-sdk/openai-compatible', env: [], api, doc, models: {} }
}
