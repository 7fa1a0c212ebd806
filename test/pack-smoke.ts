/** Packs the package, installs the tarball in an empty folder as a user would, and uses CLI, library and types from there. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'meritorder-pack-'))
try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as [
    { filename: string; size: number },
  ]
  const { filename, size } = packed[0]
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], folder)

  const version = meritorder(['--version']).trim()
  const routed = JSON.parse(
    meritorder(['route', '--json', '--all-providers', 'Fix the grammar: he go to school.']),
  ) as { model: string }
  writeFileSync(join(folder, 'use.ts'), consumer())
  run(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--noEmit',
      'use.ts',
    ],
    folder,
  )
  const library = run(process.execPath, ['use.ts'], folder).trim()
  console.log(
    `packed ${filename} (${(size / 1e6).toFixed(1)} MB), meritorder ${version}, CLI chose ${routed.model}, library chose ${library}`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function consumer(): string {
  return `import { createRouter, type Decision } from 'meritorder'
const router = createRouter()
const decision: Decision = router.route([{ role: 'user', content: 'Fix the grammar: he go to school.' }], { policy: 'balanced' })
console.log(decision.ranked[0]?.endpoint.model)
`
}

function meritorder(args: readonly string[]): string {
  return run(process.execPath, [join(folder, 'node_modules/meritorder/dist/cli/main.js'), ...args], folder)
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
