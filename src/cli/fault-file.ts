import { z } from 'zod'
import type { Fault } from '../config/problem.ts'
import { readYamlFile } from '../config/yaml-file.ts'
import { type FaultOrder, faultOrderSchema } from '../simulate/fault-order.ts'

const schema = z.strictObject({ faults: z.array(faultOrderSchema).max(1_000) })

/**
 * Reads a file of faults to order: YAML with one list, `faults`. Throws MeritorderError `invalid_request` with line and
 * column of everything that is wrong.
 */
export function readFaultFile(path: string): readonly FaultOrder[] {
  const { value, refuse } = readYamlFile(path)
  const read = schema.safeParse(value)
  if (read.success) return read.data.faults
  throw refuse(read.error.issues.flatMap(faultsOf))
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: worded(issue) }]
  const allowed = issue.path.length === 0 ? schema.shape : faultOrderSchema.shape
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    atKey: true,
    message: `unknown key \`${key}\`; allowed here: ${Object.keys(allowed).join(', ')}`,
  }))
}

function worded({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `\`${String(path.at(-1))}\`: ${message}`
}
