import { z } from 'zod'
import { codeOfStatus, MeritorderError } from '../errors.ts'

const reply = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
})
const refusal = z.object({
  error: z.object({ message: z.string(), code: z.union([z.string(), z.number()]).nullish() }),
})

/** A reply of the judge's model. */
interface JudgeReply {
  readonly text: string
  /** 0 where it is not known. */
  readonly costUsd: number
}

/** A judge's model may think for a while. */
const TIMEOUT_MS = 300_000

/** Asks a model through a running gateway, so that the call is routed, paid for and recorded as any other. */
export function askJudge(judge: { readonly url: string; readonly key?: string; readonly model: string }) {
  return async (messages: readonly { role: string; content: string }[]): Promise<JudgeReply> => {
    const answer = await send(judge, messages)
    const value: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok) throw refused(answer.status, value)
    const { data } = reply.safeParse(value)
    return {
      text: data?.choices[0]?.message.content ?? '',
      costUsd: Number(answer.headers.get('x-meritorder-cost') ?? 0),
    }
  }
}

async function send(
  { url, key, model }: { readonly url: string; readonly key?: string; readonly model: string },
  messages: readonly { role: string; content: string }[],
): Promise<Response> {
  try {
    return await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-title': 'meritorder judge',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, messages }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MeritorderError('provider_unavailable', `the gateway at ${url} does not answer: ${why}.`, {
      cause,
    })
  }
}

function refused(status: number, value: unknown): MeritorderError {
  const said = refusal.safeParse(value).data?.error
  // The gateway's 400 for a model that nobody sells is about the judge, not about the pair.
  const stated = said?.code === 'model_not_found' ? 404 : status
  return new MeritorderError(codeOfStatus(stated), said?.message ?? `the gateway answered ${status}.`, {
    status: stated,
  })
}
