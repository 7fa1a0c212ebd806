import type { Recorder } from '../record/recorder.ts'

/**
 * OpenRouter's `GET /key` for a caller: its name and what its calls have cost, by our record, deleted ones too and simulated ones left out.
 * All cost is `usage`, although it was paid to the providers, so that no client adds it up twice. Keys have no limits
 * here.
 *
 * @param caller undefined without configured keys: everybody's calls
 * @param now epoch ms; days, weeks (from Monday) and months are UTC's
 */
export async function keyInfo(recorder: Pick<Recorder, 'spending'>, caller: string | undefined, now: number) {
  const spent = await recorder.spending({ ...beginnings(now), ...(caller !== undefined && { caller }) })
  return {
    label: caller ?? 'local',
    usage: Number(spent.total),
    usage_daily: Number(spent.day),
    usage_weekly: Number(spent.week),
    usage_monthly: Number(spent.month),
    ...NO_FURTHER_USAGE,
    ...NO_LIMITS,
    is_free_tier: false,
    is_management_key: false,
    is_provisioning_key: false,
    creator_user_id: null,
    organization_id: null,
    workspace_id: null,
    allowed_data_regions: [],
    expires_at: null,
  }
}

const NO_FURTHER_USAGE = { byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 }

const NO_LIMITS = {
  limit: null,
  limit_remaining: null,
  limit_reset: null,
  include_byok_in_limit: false,
  rate_limit: { requests: -1, interval: '', note: 'There is no rate limit here; the providers have theirs.' },
  free_model_daily_requests: { limit: -1, remaining: -1, used: 0 },
}

const DAY_MS = 86_400_000

/** When the day, the week and the month of a time began. */
function beginnings(now: number): { day: number; week: number; month: number } {
  const date = new Date(now)
  const day = Math.floor(now / DAY_MS) * DAY_MS
  const sinceMonday = (date.getUTCDay() + 6) % 7
  return {
    day,
    week: day - sinceMonday * DAY_MS,
    month: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
  }
}
