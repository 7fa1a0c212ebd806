import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../files/replace-file.ts'
import { CLUSTERS, type Clusters } from '../learn/online/clusters.ts'

const VERSION = 1

const row = z.array(z.number()).min(1).max(10_000)
const clustersFile = z.object({
  version: z.literal(VERSION),
  embedder: z.string(),
  middle: row,
  spread: row,
  centres: z.array(row).min(1).max(CLUSTERS),
  shares: row,
})

/** Where the clusters of the traffic are kept: experience is by them, so they outlive the process. */
export function clustersPath(dataFolder: string): string {
  return join(dataFolder, 'clusters.json')
}

/** The clusters that were kept; undefined where there are none, or none that this embedder's vectors fit: then new ones are found. */
export function readClusters(path: string, embedder: string): Clusters | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const { data } = clustersFile.safeParse(parsed(text))
  if (data === undefined || data.embedder !== embedder) return undefined
  const { middle, spread, centres, shares } = data
  const isWhole =
    middle.length === spread.length &&
    shares.length === centres.length &&
    centres.every(({ length }) => length === centres[0]!.length && length > middle.length)
  return isWhole ? data : undefined
}

export function writeClusters(path: string, clusters: Clusters): void {
  replaceFile(path, JSON.stringify({ version: VERSION, ...clusters }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
