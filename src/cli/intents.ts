import type { Command } from 'commander'
import { command } from './command.ts'
import { intentsAddCommand } from './intents-add.ts'
import { intentsEvalCommand } from './intents-eval.ts'
import { intentsListCommand } from './intents-list.ts'
import { intentsRefitCommand } from './intents-refit.ts'
import { intentsRemoveCommand } from './intents-remove.ts'

/** `meritorder intents`: which kinds of prompts are told apart, how well, and kinds of one's own. */
export function intentsCommand(): Command {
  return command('intents', 'Tell kinds of prompts apart: add your own, and measure how well it goes.', [
    'intents add support_ticket --examples tickets.txt',
    'intents list',
    'intents eval --data labelled.jsonl',
  ])
    .addCommand(intentsAddCommand())
    .addCommand(intentsListCommand())
    .addCommand(intentsRemoveCommand())
    .addCommand(intentsRefitCommand())
    .addCommand(intentsEvalCommand())
}
