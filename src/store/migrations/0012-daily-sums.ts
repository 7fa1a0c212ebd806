import type { Migration } from '../migrate.ts'

/** What the calls of a table sum up to by key and UTC's day, without simulated ones. */
const sumsOf = (
  calls: string,
) => `select caller, (created_at at time zone 'UTC')::date, count(*), count(carbon_grams),
    coalesce(sum(cost_usd), 0), coalesce(sum(coalesce(carbon_low_grams, carbon_grams)), 0),
    coalesce(sum(carbon_grams), 0), coalesce(sum(coalesce(carbon_high_grams, carbon_grams)), 0)
  from ${calls} where not simulated group by 1, 2`

/**
 * Sums by key and day, which stay when calls are deleted. The database adds calls to them in the statement that inserts
 * these, so each counts once, those of an older gateway too that goes on beside this one: making the trigger locks the table
 * of calls against new ones until all that are there are summed. In the order of the key, so that gateways wait for one
 * another in turn.
 */
export const dailySums: Migration = {
  version: 12,
  name: 'daily-sums',
  statements: [
    `create table daily_sums (
      caller text not null,
      day date not null,
      calls integer not null,
      estimated integer not null,
      cost_usd numeric not null,
      carbon_low_grams double precision not null,
      carbon_grams double precision not null,
      carbon_high_grams double precision not null,
      primary key (caller, day)
    )`,
    `create function add_to_daily_sums() returns trigger language plpgsql as $$
    begin
      insert into daily_sums as sums ${sumsOf('inserted')} order by 1, 2
      on conflict (caller, day) do update set
        calls = sums.calls + excluded.calls,
        estimated = sums.estimated + excluded.estimated,
        cost_usd = sums.cost_usd + excluded.cost_usd,
        carbon_low_grams = sums.carbon_low_grams + excluded.carbon_low_grams,
        carbon_grams = sums.carbon_grams + excluded.carbon_grams,
        carbon_high_grams = sums.carbon_high_grams + excluded.carbon_high_grams;
      return null;
    end $$`,
    `create trigger daily_sums after insert on generations
      referencing new table as inserted for each statement execute function add_to_daily_sums()`,
    `insert into daily_sums ${sumsOf('generations')}`,
  ],
}
