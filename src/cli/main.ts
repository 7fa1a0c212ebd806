#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=30 --v8-pool-size=1 --no-allocation-site-pretenuring
import { readFileSync } from 'node:fs'
import { argv, exit, stdout } from 'node:process'
import { Command } from 'commander'
import { EXIT, report } from './command.ts'

/** Every command, in the order of the help. A module is loaded when its command is called: a gateway has no use for the others. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['up', async () => (await import('./up.ts')).upCommand()],
  ['route', async () => (await import('./route.ts')).routeCommand()],
  ['models', async () => (await import('./models.ts')).modelsCommand()],
  ['providers', async () => (await import('./providers.ts')).providersCommand()],
  ['keys', async () => (await import('./keys.ts')).keysCommand()],
  ['generations', async () => (await import('./generations.ts')).generationsCommand()],
  ['climate', async () => (await import('./climate.ts')).climateCommand()],
  ['forget', async () => (await import('./forget.ts')).forgetCommand()],
  ['intents', async () => (await import('./intents.ts')).intentsCommand()],
  ['simulate', async () => (await import('./simulate.ts')).simulateCommand()],
  ['eval', async () => (await import('./eval.ts')).evalCommand()],
  ['fit', async () => (await import('./fit.ts')).fitCommand()],
  ['train', async () => (await import('./train.ts')).trainCommand()],
  ['predictors', async () => (await import('./predictors.ts')).predictorsCommand()],
  ['import', async () => (await import('./import.ts')).importCommand()],
  ['export', async () => (await import('./export.ts')).exportCommand()],
  ['calibrate', async () => (await import('./calibrate.ts')).calibrateCommand()],
  ['replay', async () => (await import('./replay.ts')).replayCommand()],
  ['judge', async () => (await import('./judge.ts')).judgeCommand()],
  ['leaderboard', async () => (await import('./leaderboard.ts')).leaderboardCommand()],
  ['drift', async () => (await import('./drift.ts')).driftCommand()],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand()],
])

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
  $ meritorder train                                learn from rated calls, and prove it first
  $ meritorder doctor                               what is missing here

Exit codes: 0 done, 1 it failed, 2 it was called wrongly. Every command takes --json.`,
  )

const [word = ''] = argv.slice(2)
const named = COMMANDS.get(word)
// Help, a wrong word and an option in front concern them all.
const commands = await Promise.all(
  (named === undefined ? [...COMMANDS.values()] : [named]).map((load) => load()),
)
for (const one of commands) program.addCommand(one)
for (const one of [program, ...commands, ...commands.flatMap((parent) => parent.commands)]) {
  one.exitOverride().showHelpAfterError('(see --help)')
}

try {
  await program.parseAsync(argv)
} catch (error) {
  process.exitCode = report(error, argv.includes('--json'))
}
