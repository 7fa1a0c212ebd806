/**
 * Runs a benchmark that holds the gateway, or its recorder, in its own process, with the flags that `npm start` gives to Node:
 * without them V8's threads for collecting garbage take the cores that callers wait for.
 *
 *   node bench/as-gateway.ts bench/capture.ts [what that benchmark takes]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { NODE_FLAGS } from './overhead/bench-config.ts'

const child = spawn(process.execPath, [...NODE_FLAGS, ...process.argv.slice(2)], { stdio: 'inherit' })
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1
