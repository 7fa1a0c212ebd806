import { stderr } from 'node:process'
import { styleText } from 'node:util'
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/** Fields whose values are never written, at the top and one level down. */
const SECRETS = [
  'key',
  'keys',
  'apiKey',
  'api_key',
  'authorization',
  'password',
  'secret',
  'token',
  'database_url',
]

type Colour = Parameters<typeof styleText>[0]

const LEVELS: Record<number, [string, Colour]> = {
  10: ['trace', 'gray'],
  20: ['debug', 'gray'],
  30: ['info', 'cyan'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'magenta'],
}

/** Fields that every line has and that people need not read. */
const ENVELOPE = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err'])

/**
 * The program's log, on stderr: one JSON object a line, or a readable line where a person watches a terminal.
 * Values of key-like fields are replaced by `[secret]`.
 */
export function createLog(
  level: string,
  {
    destination = stderr,
    readable = stderr.isTTY === true,
  }: { destination?: DestinationStream; readable?: boolean } = {},
): Log {
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' }
  return pino({ level, redact, base: null }, readable ? readableLines(destination) : destination)
}

function readableLines(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      destination.write(readableLine(JSON.parse(line)))
    },
  }
}

function readableLine(entry: Record<string, unknown>): string {
  const [name, colour] = LEVELS[Number(entry.level)] ?? ['log', 'gray']
  const time = new Date(Number(entry.time)).toTimeString().slice(0, 8)
  const facts = Object.entries(entry)
    .filter(([key]) => !ENVELOPE.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const error = entry.err
  if (typeof error === 'object' && error !== null && 'message' in error) facts.push(String(error.message))
  const text = [printable(String(entry.msg ?? '')), paint('gray', printable(facts.join(' ')))]
    .filter((part) => part)
    .join('  ')
  return `${paint('gray', time)} ${paint(colour, name.padEnd(5))} ${text}\n`
}

/** What a host has said may stand in a line, and neither begins another nor commands the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

function paint(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: stderr })
}
