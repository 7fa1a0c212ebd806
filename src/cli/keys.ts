import type { Command } from 'commander'
import { command } from './command.ts'
import { keysAddCommand } from './keys-add.ts'
import { keysListCommand } from './keys-list.ts'
import { keysRemoveCommand } from './keys-remove.ts'

/** `meritorder keys`: provider keys in the encrypted store of the data folder. */
export function keysCommand(): Command {
  return command('keys', 'Keep provider keys in an encrypted file; MERITORDER_MASTER_KEY opens it.', [
    'keys add openai < key.txt',
    'keys list',
    'keys remove openai',
  ])
    .addCommand(keysAddCommand())
    .addCommand(keysListCommand())
    .addCommand(keysRemoveCommand())
}
