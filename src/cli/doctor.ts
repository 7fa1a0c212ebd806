import type { Command } from 'commander'
import { type CommonOptions, command, EXIT, print } from './command.ts'
import { type Check, type Finding, machineChecks, setUpChecks } from './doctor-checks.ts'
import { paint } from './terminal.ts'

/** `meritorder doctor`: what works here, what does not, and what to do about it. */
export function doctorCommand(): Command {
  return command('doctor', 'Check this installation and say what to do about what is wrong.', [
    'doctor',
    'doctor --json',
  ]).action(async (options: CommonOptions) => {
    const findings = await examine([...machineChecks(), ...setUpChecks(options)])
    const ok = findings.every(({ status }) => status !== 'fail')
    print(options, { ok, checks: findings }, () => findingsText(findings))
    if (!ok) process.exitCode = EXIT.failure
  })
}

/** Runs the checks one after the other, so that they do not disturb each other's measurements. */
async function examine(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { name, run } of checks) {
    try {
      findings.push({ name, ...(await run()) })
    } catch (error) {
      findings.push({ name, status: 'fail', detail: error instanceof Error ? error.message : String(error) })
    }
  }
  return findings
}

const MARKS = { ok: paint('green', '✔'), warn: paint('yellow', '!'), fail: paint('red', '✘') }

function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 4)
  const lines = findings.flatMap(({ name, status, detail, fix }) => [
    `${MARKS[status]} ${name.padEnd(width)}  ${detail.replaceAll('\n', `\n${indent}`)}`,
    ...(fix === undefined ? [] : [`${indent}${paint('cyan', '→')} ${fix}`]),
  ])
  const failed = findings.filter(({ status }) => status === 'fail').length
  const verdict = failed === 0 ? 'Ready.' : `${failed} of ${findings.length} checks failed.`
  return `${lines.join('\n')}\n\n${verdict}`
}
