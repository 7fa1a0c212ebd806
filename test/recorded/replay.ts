import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import type { WireFamily } from '../../src/market/families.ts'
import type { Catalog } from '../../src/market/offer.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { startScriptedUpstream } from '../scripted-upstream.ts'
import { startGateway } from '../start-gateway.ts'
import type { Recording } from './recordings.ts'
import { upstreamModel } from './reference.ts'
import type { Saying } from './saying.ts'
import type { Skin } from './skins.ts'

/** A gateway whose providers answer with recordings. */
export interface Replay {
  /** What a skin's official client hears of a recording, cut into pieces of many sizes. */
  hear(recording: Recording, skin: Skin): Promise<Saying>
  close(): Promise<void>
}

/** @param families those of the recordings */
export async function startReplay(recordings: readonly Recording[]): Promise<Replay> {
  const upstream = await startScriptedUpstream()
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-replay-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, 'record: { durability: write }\n')
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const catalog = catalogOf(recordings, upstream.url)
  const gateway = await startGateway({ config, environment, log: createLog('silent'), catalog })
  return {
    hear(recording, skin) {
      const { status, contentType, bytes, isWhole, jsonByTool } = recording
      upstream.answer({ status, contentType, pieces: cutUp(bytes) })
      return skin.hear(gateway.url, { model: modelOf(recording), stream: !isWhole, jsonByTool })
    },
    async close() {
      await gateway.close()
      upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Pieces of 1 to 4,000 bytes, the same ones every time; where a cut can hurt is tested at every byte elsewhere. */
function cutUp(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 31 + 17) % 4000 || 1)
    pieces.push(bytes.subarray(at, at + size))
  return pieces
}

const modelOf = (recording: Recording) => `${recording.family}/${upstreamModel(recording)}`

const BASE_PATH: Readonly<Partial<Record<WireFamily, string>>> = { google: '/v1beta', 'amazon-bedrock': '' }

/** One provider a family, and the models that the recordings are asked of. */
function catalogOf(recordings: readonly Recording[], url: string): Catalog {
  const families = [...new Set(recordings.map(({ family }) => family))]
  const sold = new Map(recordings.map((recording) => [modelOf(recording), recording]))
  return {
    version: 'recorded-replies',
    providers: families.map((family) => ({
      slug: family,
      name: family,
      family,
      baseUrl: `${url}${BASE_PATH[family] ?? '/v1'}`,
      keyVariables: [],
    })),
    models: [...sold.keys()].map((slug) => ({ slug, name: slug, openWeights: false, reasoning: true })),
    endpoints: [...sold].map(([slug, recording]) => ({
      id: `${recording.family}/${slug}`,
      provider: recording.family,
      model: slug,
      upstreamModel: upstreamModel(recording),
      input: ['text'],
      output: ['text'],
      supports: { tools: true, structuredOutput: true, reasoning: true, temperature: true },
    })),
  }
}
