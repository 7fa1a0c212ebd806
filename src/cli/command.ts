import { stderr, stdout } from 'node:process'
import { Command, CommanderError } from 'commander'
import { MeritorderError } from '../errors.ts'
import { paintError } from './terminal.ts'

export const EXIT = { ok: 0, failure: 1, usage: 2 } as const

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly config?: string
}

/** A command with what all commands share: `--json`, `--config`, and examples below its help. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON value on stdout and nothing else')
    .option('-c, --config <file>', 'configuration file (default: meritorder.yaml in this folder)')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ meritorder ${example}`).join('\n')}`)
}

/** Prints a result: one JSON value with `--json`, else the text for people. */
export function print(options: CommonOptions, value: unknown, text: () => string): void {
  stdout.write(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text()}\n`)
}

/** Says something beside the result, to people: on stderr, so that stdout stays the result alone. */
export function remark(text: string): void {
  stderr.write(`${text}\n`)
}

/** Reports what ended the program and returns its exit code. With `--json` the error is the one JSON value on stdout. */
export function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok
    // commander has written its message to stderr already
    const message =
      error.code === 'commander.help'
        ? 'a subcommand is missing; --help lists them'
        : error.message.replace(/^error: /, '')
    if (json) printError({ code: 'invalid_request', message })
    return EXIT.usage
  }
  if (error instanceof MeritorderError) {
    const { code, message, detail } = error
    if (json) printError({ code, message, ...(detail.limit !== undefined && { limit: detail.limit }) })
    else remark(`${paintError('error:')} ${message}`)
    return EXIT.failure
  }
  const message = error instanceof Error ? error.message : String(error)
  if (json) printError({ code: 'server', message })
  else remark(`${paintError('error:')} ${isOfTheSystem(error) ? message : stackOf(error)}`)
  return EXIT.failure
}

/** A wrong use of the command line that commander cannot see: exit code 2. */
export function usageError(message: string): CommanderError {
  remark(`error: ${message}`)
  return new CommanderError(EXIT.usage, 'meritorder.usage', message)
}

/** Such as ENOSPC or EACCES: the message says it all, and where in our code it came up helps nobody. */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function printError(error: { code: string; message: string; limit?: string }): void {
  stdout.write(`${JSON.stringify({ error }, null, 2)}\n`)
}
