import { join } from 'node:path'
import type { EmbedderSettings } from '../config/embedder-settings.ts'
import { httpEmbedder } from './http-embedder.ts'
import { onnxEmbedder } from './onnx-embedder.ts'
import type { OutsideEmbedder } from './outside-embedder.ts'

type HttpPools = { of(origin: string): Parameters<typeof httpEmbedder>[1] }

/**
 * Opens the embedder that the configuration names. Nothing is asked yet: what is wrong shows at the first text.
 *
 * @param pools connections to hosts
 * @param dataFolder where models from the hub are kept, below `models`
 */
export function openEmbedder(
  settings: EmbedderSettings,
  pools: HttpPools,
  dataFolder: string,
): OutsideEmbedder {
  if (settings.kind === 'onnx') return onnxEmbedder(settings, join(dataFolder, 'models'))
  return httpEmbedder(settings, pools.of(new URL(settings.baseUrl).origin))
}
