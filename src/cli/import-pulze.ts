import type { Command } from 'commander'
import { type Imported, importPulze } from '../learn/import/pulze.ts'
import { type CommonOptions, command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import { paint } from './terminal.ts'

interface PulzeOptions {
  readonly points: string
  readonly targets: string
  readonly out: string
  readonly absentIsZero: boolean
}

/** `meritorder import pulze`: the points and targets of Pulze's open router as outcomes. */
export function importPulzeCommand(): Command {
  return command('pulze', "Points and targets of Pulze's open router.", [
    'import pulze --points points.jsonl --targets targets.jsonl --out outcomes.jsonl',
  ])
    .requiredOption('--points <file>', 'lines of point_uid, category, utterance; .jsonl or .jsonl.gz')
    .requiredOption('--targets <file>', 'lines of point_uid, target, score; .jsonl or .jsonl.gz')
    .requiredOption('-o, --out <file>', 'file of outcomes to write, .jsonl or .jsonl.gz')
    .option(
      '--absent-is-zero',
      "a target that a point does not name has failed there, as for Pulze's router; else it is unknown",
      false,
    )
    .action(async ({ points, targets, out, absentIsZero }: PulzeOptions, invoked: Command) => {
      const imported = await importPulze(points, targets, out, absentIsZero)
      print(invoked.optsWithGlobals<CommonOptions>(), importJson(imported, out), () =>
        importText(imported, out),
      )
    })
}

function importJson({ prompts, outcomes, models, leftOut }: Imported, file: string) {
  return { file, prompts, outcomes, models, left_out: leftOut }
}

function importText({ prompts, outcomes, models, leftOut }: Imported, file: string): string {
  return [
    `${paint('green', '→')} ${formatPlural(outcomes, 'outcome')} of ${formatPlural(models.length, 'model')} on ${formatPlural(prompts, 'prompt')}: ${file}`,
    ...(leftOut.length > 0 ? [leftOutText(leftOut)] : []),
    ...(outcomes < prompts * models.length
      ? ['Targets that a point does not name are unknown there. If they had failed, add --absent-is-zero.']
      : []),
    `Next: meritorder eval --data ${file}`,
  ].join('\n')
}
