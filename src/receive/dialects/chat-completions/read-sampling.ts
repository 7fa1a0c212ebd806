import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readInteger,
  readNumber,
  readString,
} from '../../fields.ts'

/** The members that `readSampling` reads. */
export const SAMPLING = [
  'temperature',
  'top_p',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'seed',
] as const

/** How the next token is drawn and where to stop. @throws MeritorderError `invalid_request` */
export function readSampling(body: Fields) {
  return defined({
    temperature: optional(readNumber, body.temperature, 'temperature'),
    topP: optional(readNumber, body.top_p, 'top_p'),
    topK: optional(readInteger, body.top_k, 'top_k'),
    presencePenalty: optional(readNumber, body.presence_penalty, 'presence_penalty'),
    frequencyPenalty: optional(readNumber, body.frequency_penalty, 'frequency_penalty'),
    stopSequences: optional(readStop, body.stop, 'stop'),
    seed: optional(readInteger, body.seed, 'seed'),
  })
}

const readStop: Reader<string[]> = (value, field) =>
  typeof value === 'string'
    ? [value]
    : readArray(value, field).map((stop, i) => readString(stop, `${field}[${i}]`))
