/**
 * The demo's gateway, in a process of its own so that client and upstream do not slow it down: sells the recorded
 * models only, tells its parent its address and stops when the parent lets go. Arguments: recording, upstream URL, folder.
 */
import { loadConfig } from '../src/config/load.ts'
import { startGateway } from '../src/gateway.ts'
import { readRecording } from '../src/simulate/recording.ts'
import { replayCatalog } from '../src/simulate/replay.ts'
import { createLog } from '../src/telemetry/log.ts'

const [, , recording = '', upstream = '', folder = ''] = process.argv
const { config } = loadConfig({ environment: {}, cwd: folder, overrides: { port: 0 } })
const catalog = replayCatalog(upstream, await readRecording(recording))
const gateway = await startGateway({ config, catalog, environment: {}, log: createLog('warn') })
process.once('disconnect', () => gateway.close())
process.send?.(gateway.url)
