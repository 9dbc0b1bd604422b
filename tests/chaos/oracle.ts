import { type ServiceName, serviceNames, services, speakerOf } from '@sahary/contracts/services'
import pg from 'pg'

/** What was said, and whether those who hear it have it: by hearing service and type. */
export type Hearing = { hearer: ServiceName; type: string; said: number; missing: number }

/** Looks into every schema as the administrator, and judges a platform by its own books. */
export type Oracle = {
  /** Events that no stream has yet. */
  unpublished: () => Promise<number>
  /** One row per hearing service and type that it has ever applied, or was told to expect. */
  hearings: () => Promise<Hearing[]>
  /** Messages that could not be applied. */
  parked: () => Promise<{ service: string; type: string | null; reason: string; detail: string | null }[]>
  /** Sentences about sums that do not agree; empty when all do. */
  imbalances: () => Promise<string[]>
  close: () => Promise<void>
}

/** A book that must balance: a query that counts what does not. */
const balances: Record<string, string> = {
  'slots whose parts do not sum to the meter': `
    select count(*) from metering.slot s where shared_at is not null and load_wh <>
      platform_solar_wh + platform_battery_wh + platform_grid_wh + platform_generator_wh
      + (select coalesce(sum(solar_wh + battery_wh + grid_wh + generator_wh), 0) from metering.vm_slot v
          where v.site_id = s.site_id and v.from_at = s.from_at)`,
  'usage records whose energy is not that of their slots': `
    select count(*) from metering.usage u where (solar_wh + battery_wh + grid_wh + generator_wh) <>
      (select coalesce(sum(solar_wh + battery_wh + grid_wh + generator_wh), 0) from metering.vm_slot v where v.usage_id = u.id)`,
  'usage records that billing does not have as they are': `
    select count(*) from metering.usage m left join billing.usage b on b.usage_id = m.id
     where b.usage_id is null or b.vcpu_seconds <> m.vcpu_seconds or b.solar_wh <> m.solar_wh`,
  'ledger transactions that do not sum to zero': `
    select count(*) from (select transaction_id from billing.ledger_entry group by 1 having sum(amount_minor) <> 0) t`,
  'aggregates with a gap or a repeat in their sequence': `${serviceNames
    .filter(name => services[name].says.length > 0)
    .map(
      name => `select count(*) from (select split_part(type, '.', 1), subject from ${name}.outbox group by 1, 2
        having count(*) <> max(sequence) or count(distinct sequence) <> count(*)) gap`,
    )
    .join(' union all ')}`,
}

/** Opens the books of the platform whose PostgreSQL an administrator reaches at `url`. */
export function openOracle(url: string): Oracle {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => {})
  const numbers = async (text: string): Promise<number> => {
    const { rows } = await pool.query<{ count: string }>(text)
    return rows.reduce((sum, row) => sum + Number(row.count), 0)
  }
  return {
    unpublished: () =>
      numbers(
        serviceNames.map(name => `select count(*) from ${name}.outbox where published_at is null`).join(' union all '),
      ),
    hearings: async () => (await Promise.all(pairs().map(pair => hearing(pool, pair)))).flat(),
    parked: async () => {
      const parts = serviceNames.map(name => `select '${name}' as service, type, reason, detail from ${name}.parked`)
      return (await pool.query(parts.join(' union all '))).rows
    },
    imbalances: async () => {
      const found: string[] = []
      for (const [sentence, query] of Object.entries(balances)) {
        const count = await numbers(query)
        if (count > 0) found.push(`${count} ${sentence}`)
      }
      return found
    },
    close: () => pool.end(),
  }
}

type Pair = { hearer: ServiceName; noun: string }
const pairs = (): Pair[] => serviceNames.flatMap(hearer => services[hearer].hears.map(noun => ({ hearer, noun })))

/** A type that its hearer has applied once is one it handles, so every event of that type must have arrived. */
async function hearing(pool: pg.Pool, { hearer, noun }: Pair): Promise<Hearing[]> {
  const speaker = speakerOf(noun)
  const { rows } = await pool.query<{ type: string; said: string; missing: string }>(
    `select o.type, count(*) as said, count(*) filter (where i.event_id is null) as missing
       from ${speaker}.outbox o left join ${hearer}.inbox i on i.event_id = o.event_id
      where split_part(o.type, '.', 1) = $1 and o.type in (select distinct type from ${hearer}.inbox)
      group by 1`,
    [noun],
  )
  return rows.map(({ type, said, missing }) => ({ hearer, type, said: Number(said), missing: Number(missing) }))
}
