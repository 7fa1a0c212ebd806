#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=30 --v8-pool-size=1
import { readFileSync } from 'node:fs'
import { argv, exit, stdout } from 'node:process'
import { Command } from 'commander'
import { calibrateCommand } from './calibrate.ts'
import { EXIT, report } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { evalCommand } from './eval.ts'
import { exportCommand } from './export.ts'
import { fitCommand } from './fit.ts'
import { generationsCommand } from './generations.ts'
import { importCommand } from './import.ts'
import { intentsCommand } from './intents.ts'
import { judgeCommand } from './judge.ts'
import { keysCommand } from './keys.ts'
import { leaderboardCommand } from './leaderboard.ts'
import { modelsCommand } from './models.ts'
import { providersCommand } from './providers.ts'
import { replayCommand } from './replay.ts'
import { routeCommand } from './route.ts'
import { simulateCommand } from './simulate.ts'
import { upCommand } from './up.ts'

// Piping into `head` closes stdout early: that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure))

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const program = new Command('meritorder')
  .description('Every prompt goes to the model and provider with the best merit for that prompt.')
  .version(version)
  .addHelpText(
    'after',
    `
Examples:
  $ meritorder up                                   start the gateway on http://127.0.0.1:4141
  $ meritorder route "Correct this sentense."       which model would answer, and why
  $ meritorder generations --limit 5                the last five calls
  $ meritorder eval --data outcomes.jsonl.gz        does routing pay on your own outcomes?
  $ meritorder fit --data outcomes.jsonl.gz         learn from them, for every call from now on
  $ meritorder doctor                               what is missing here

Exit codes: 0 done, 1 it failed, 2 it was called wrongly. Every command takes --json.`,
  )

const commands = [
  upCommand(),
  routeCommand(),
  modelsCommand(),
  providersCommand(),
  keysCommand(),
  generationsCommand(),
  intentsCommand(),
  simulateCommand(),
  evalCommand(),
  fitCommand(),
  importCommand(),
  exportCommand(),
  calibrateCommand(),
  replayCommand(),
  judgeCommand(),
  leaderboardCommand(),
  doctorCommand(),
]
for (const one of commands) program.addCommand(one)
for (const one of [program, ...commands, ...commands.flatMap((parent) => parent.commands)]) {
  one.exitOverride().showHelpAfterError('(see --help)')
}

try {
  await program.parseAsync(argv)
} catch (error) {
  process.exitCode = report(error, argv.includes('--json'))
}
