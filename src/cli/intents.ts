import type { Command } from 'commander'
import { command } from './command.ts'
import { intentsEvalCommand } from './intents-eval.ts'

/** `meritorder intents`: how well the kinds of prompts are told apart. */
export function intentsCommand(): Command {
  return command('intents', 'Measure how well prompts are understood.', [
    'intents eval --data labelled.jsonl',
  ]).addCommand(intentsEvalCommand())
}
