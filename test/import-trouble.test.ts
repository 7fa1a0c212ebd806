import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { importedFiles, keptImports } from '../src/learn/import/imports.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-import-trouble-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const KILLS = 8
/** As a file unpacked, and what importing it may take; MB. */
const LARGE_MB = 256
const MOST_PEAK_MB = 300
const HEAP_MB = 64
const LINE_BYTES = 64 * 1024

/** Writes a packed file of outcomes, so many lines of so many bytes. */
async function outcomes(name: string, lines: number, bytes: number): Promise<string> {
  const path = join(folder, name)
  const words = 'The harbour office moved the inspection. '.repeat(Math.ceil(bytes / 41)).slice(0, bytes)
  function* written() {
    for (let i = 0; i < lines; i++)
      yield `${JSON.stringify({ id: `${i}`, prompt: `${i} ${words}`, outcomes: { a: { quality: i % 2 }, b: { quality: 1 } } })}\n`
  }
  await pipeline(written(), createGzip({ level: 1 }), (await open(path, 'w')).createWriteStream())
  return path
}

function importing(dataFolder: string, file: string) {
  const script = fileURLToPath(new URL('./import-process.ts', import.meta.url))
  const flags = [`--max-old-space-size=${HEAP_MB}`]
  return spawn(process.execPath, [...flags, script, dataFolder, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** What a whole import says at its end. */
async function imported(dataFolder: string, file: string): Promise<{ lines: number; peakMb: number }> {
  const child = importing(dataFolder, file)
  const said = await text(child.stdout)
  return JSON.parse(said.slice('begun\n'.length))
}

// No step holds more than the line that it is at, some pieces of 64 KB of the file, and, whatever the size, the names of at
// most 10,000 models and ten lines for each reason to leave some out: so the peak is that of any file of such lines.
test('a file that is many times larger than the heap is imported in bounded memory', async (t) => {
  const lines = (LARGE_MB * 1024 * 1024) / LINE_BYTES
  const result = await imported(join(folder, 'large'), await outcomes('large.jsonl.gz', lines, LINE_BYTES))
  t.diagnostic(`${LARGE_MB} MB with ${HEAP_MB} MB of heap: ${Math.round(result.peakMb)} MB at the peak`)
  assert.equal(result.lines, lines)
  assert.ok(result.peakMb < MOST_PEAK_MB, `${result.peakMb} MB`)
})

test(`${KILLS} kills of an import leave a whole one or none, and it ends as if there had been none`, async (t) => {
  const file = await outcomes('source.jsonl.gz', 30_000, 200)
  const untouched = importing(join(folder, 'untouched'), file)
  await once(untouched.stdout, 'data')
  const begun = performance.now()
  await once(untouched, 'exit')
  const whole = performance.now() - begun
  const [reference] = keptImports(join(folder, 'untouched'))
  const data = join(folder, 'killed')
  let killed = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const child = importing(data, file)
    const exit = once(child, 'exit')
    await once(child.stdout, 'data')
    setTimeout(() => child.kill('SIGKILL'), Math.random() * whole)
    const [, signal] = await exit
    if (signal === 'SIGKILL') killed++
    const [kept] = keptImports(data)
    if (kept === undefined) continue
    assert.deepEqual([kept.id, kept.lines], [reference?.id, reference?.lines])
    assert.ok(bytesOf(data).equals(bytesOf(join(folder, 'untouched'))))
    // The next one begins anew.
    rmSync(join(data, 'imports', `${kept.id}.json`))
  }
  t.diagnostic(`${killed} were killed before their end`)
  assert.ok(killed > 0)
  const left = () => readdirSync(join(data, 'imports')).filter((name) => name.endsWith('.tmp'))
  const long = new Date(Date.now() - 7_200_000)
  for (const name of left()) utimesSync(join(data, 'imports', name), long, long)
  assert.equal((await imported(data, file)).lines, reference?.lines)
  assert.deepEqual(left(), [])
  assert.ok(bytesOf(data).equals(bytesOf(join(folder, 'untouched'))))
})

/** The lines of the one import that is kept. */
function bytesOf(dataFolder: string): Buffer {
  const [file, ...others] = importedFiles(dataFolder, 'outcomes')
  assert.ok(file !== undefined && others.length === 0)
  return readFileSync(file)
}
