import type { Command } from 'commander'
import { z } from 'zod'
import { command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { forgetUserIn, type RecordsOptions, withGateway } from './recorded-stories.ts'
import { paint, printable, table } from './terminal.ts'

interface ForgetOptions extends RecordsOptions {
  readonly user: string
}

const counts = z.record(z.string(), z.number())
const reply = z.object({
  user: z.string(),
  deleted: counts,
  remaining: counts,
  not_covered: z.array(z.string()),
})

/** `meritorder forget`: deletes everything that is recorded of one user. */
export function forgetCommand(): Command {
  return withGateway(
    command('forget', 'Delete everything that is recorded of one user, and look whether anything is left.', [
      'forget --user customer-4711',
      'forget --user customer-4711 --json',
    ]),
  )
    .requiredOption('--user <id>', 'as calls name him: user, safety_identifier, or metadata.user_id')
    .action(async (options: ForgetOptions) => {
      const forgotten = await forgetUserIn(options.user, options)
      print(options, forgotten, () => forgottenText(reply.parse(forgotten)))
    })
}

function forgottenText({ user, deleted, remaining, not_covered }: z.infer<typeof reply>): string {
  const rows = Object.entries(deleted).map(([name, rows]) => [
    name,
    String(rows),
    String(remaining[name] ?? 0),
  ])
  const columns = [
    { title: 'Table' },
    { title: 'Deleted', align: 'right' },
    { title: 'Left', align: 'right' },
  ] as const
  const calls = formatPlural(deleted.generations ?? 0, 'call')
  return [
    `${paint('green', '→')} ${calls} of ${printable(user, 100)} deleted, from tables and journal`,
    table([...columns], rows),
    'Not looked at:',
    ...not_covered.map((one) => `  ${one}`),
  ].join('\n')
}
