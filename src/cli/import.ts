import type { Command } from 'commander'
import { command } from './command.ts'
import { importPulzeCommand } from './import-pulze.ts'

/** `meritorder import`: outcomes from the files of other routers. */
export function importCommand(): Command {
  return command('import', 'Turn the files of other routers into outcomes to learn from.', [
    'import pulze --points points.jsonl --targets targets.jsonl --out outcomes.jsonl',
  ]).addCommand(importPulzeCommand())
}
