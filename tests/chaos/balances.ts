import { serviceNames, services } from '@sahary/contracts/services'

const speaking = serviceNames.filter(name => services[name].says.length > 0)
const wattHours = (table: string): string =>
  ['solar', 'battery', 'grid', 'generator'].map(source => `${table}.${source}_wh`).join(' + ')

/** Two rows that should be one: either is missing, or one of the expressions differs between them. */
const differs = (left: string, right: string, key: string, pairs: readonly [string, string][]): string =>
  `select count(*) from ${left} full join ${right} on ${key}
    where ${pairs.map(([a, b]) => `${a} is distinct from ${b}`).join(' or ')}`

/** Events of one type or noun, under a name. */
const said = (service: string, what: string, name: string): string =>
  `(select * from ${service}.outbox where type like '${what}') ${name}`

/** Books that must agree, each with a query that counts what does not. What is kept is compared with what was said. */
export const balances: Readonly<Record<string, string>> = {
  'slots of a site that metering does not have as solar closed them': differs(
    said('solar', 'energy.slot\\_closed', 'e'),
    'metering.slot s',
    `s.site_id = (e.data->>'siteId')::bigint and s.from_at = (e.data->>'from')::timestamptz`,
    [
      [`(e.data->>'loadWh')::numeric`, 's.load_wh'],
      [`(e.data->'bySource'->>'solar')::numeric`, 's.solar_wh'],
    ],
  ),
  'slots of a VM that metering does not have as compute said them': differs(
    said('compute', 'vm.metered', 'e'),
    'metering.vm_slot v',
    `v.vm_id = (e.data->>'vmId')::bigint and v.from_at = (e.data->>'from')::timestamptz`,
    [
      [`(e.data->>'cpuSeconds')::numeric`, 'v.cpu_seconds'],
      [`(e.data->>'runningSeconds')::numeric`, 'v.running_seconds'],
    ],
  ),
  'slots whose parts do not sum to the meter': `
    select count(*) from metering.slot s where shared_at is not null and load_wh <>
      platform_solar_wh + platform_battery_wh + platform_grid_wh + platform_generator_wh
      + (select coalesce(sum(${wattHours('v')}), 0) from metering.vm_slot v
          where v.site_id = s.site_id and v.from_at = s.from_at)`,
  'usage records whose energy is not that of their slots': `
    select count(*) from metering.usage u where (${wattHours('u')}) <>
      (select coalesce(sum(${wattHours('v')}), 0) from metering.vm_slot v where v.usage_id = u.id)`,
  'usage records that billing does not have as they are': differs(
    'metering.usage m',
    'billing.usage b',
    'b.usage_id = m.id',
    [
      ['m.vcpu_seconds', 'b.vcpu_seconds'],
      ['m.memory_mib_seconds', 'b.memory_mib_seconds'],
      [wattHours('m'), wattHours('b')],
    ],
  ),
  'usage records that were not said as they are': differs(
    said('metering', 'usage.%', 'e'),
    'metering.usage u',
    'u.id = e.subject::bigint',
    [[`(e.data->>'vcpuSeconds')::numeric`, 'u.vcpu_seconds']],
  ),
  'invoices that are not the sum of their lines': `
    select count(*) from billing.invoice i where net_minor <>
      (select coalesce(sum(net_minor), 0) from billing.invoice_line l where l.invoice_id = i.id)`,
  'invoices that nobody owes as they are': `
    select count(*) from billing.invoice i where status <> 'void' and total_minor <>
      (select coalesce(sum(amount_minor), 0) from billing.ledger_transaction t join billing.ledger_entry e
           on e.transaction_id = t.id and e.ledger_account = 'receivable'
        where t.kind = 'invoice' and t.reference_id = i.id)`,
  'invoices that are paid and owed, or neither': `
    select count(*) from billing.invoice i where total_minor > 0 and status <> 'void' and (status = 'paid') <>
      ((select coalesce(sum(e.amount_minor), 0) from billing.ledger_transaction t join billing.ledger_entry e
            on e.transaction_id = t.id and e.ledger_account = 'receivable'
          left join billing.payment p on t.kind = 'payment' and p.id = t.reference_id
         where (t.kind = 'invoice' and t.reference_id = i.id) or p.invoice_id = i.id) = 0)`,
  'invoices that were not said to be paid as often as they are': `
    select count(*) from billing.invoice i where (status = 'paid')::int <>
      (select count(*) from billing.outbox e where e.type = 'invoice.paid' and e.subject = i.id::text)`,
  'payments whose money was not booked as often as it moved': `
    select count(*) from billing.payment p
     where (status in ('succeeded', 'refunding', 'refunded'))::int <>
             (select count(*) from billing.ledger_transaction t where t.kind = 'payment' and t.reference_id = p.id)
        or (status = 'refunded')::int <>
             (select count(*) from billing.ledger_transaction t where t.kind = 'refund' and t.reference_id = p.id)`,
  'starts and stops of a server that say again what was so already': `
    select count(*) from (
      select type, lag(type) over (partition by subject order by sequence) as before from compute.outbox
       where type in ('vm.started', 'vm.stopped', 'vm.failed')) change
     where type = before and type <> 'vm.failed'`,
  'ledger transactions that do not sum to zero':
    'select count(*) from (select from billing.ledger_entry group by transaction_id having sum(amount_minor) <> 0) t',
  'devices that were not said': differs(
    said('repairs', 'device.registered', 'e'),
    'repairs.device d',
    'd.id = e.subject::bigint',
    [['e.subject', 'd.id::text']],
  ),
  'notices that no feed has': differs(
    said('notification', 'notification.delivered', 'e'),
    'notification.notification n',
    'n.id = e.subject::bigint',
    [['e.subject', 'n.id::text']],
  ),
  'things with a gap or a repeat in what was said of them': speaking
    .map(
      name => `select count(*) from (select from ${name}.outbox group by split_part(type, '.', 1), subject
        having count(*) <> max(sequence) or count(distinct sequence) <> count(*)) gap`,
    )
    .join(' union all '),
  'kinds of event that the tally has not counted once each': differs(
    `(select type, count(*) as count from repairs.outbox where type like 'repair.%' group by 1) e`,
    'billing.tally t',
    't.type = e.type',
    [['e.count', 't.heard']],
  ),
}
