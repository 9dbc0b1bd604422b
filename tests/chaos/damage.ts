/** Harm to books that are sound, and the sentence in which the oracle must speak of it. */
export type Damage = { what: string; harm: string; seen: RegExp }

export const damages: readonly Damage[] = [
  {
    what: 'an event that one of its hearers does not have',
    harm: `delete from notification.inbox where event_id = (select event_id from notification.inbox where type = 'vm.started' limit 1)`,
    seen: /^notification has not heard 1 vm\.started$/,
  },
  {
    what: 'an event that was heard though nobody said it',
    harm: `insert into billing.inbox (day, event_id, type) values ('1970-01-01', gen_random_uuid(), 'usage.recorded')`,
    seen: /^billing has heard 1 usage\.recorded that nobody said$/,
  },
  {
    what: 'an event that no stream has',
    harm: `update repairs.outbox set published_at = null, stream_seq = null where id = (select max(id) from repairs.outbox)`,
    seen: /^repairs has an event that no stream has$/,
  },
  {
    what: 'an event that was said and is gone',
    harm: `delete from repairs.outbox where id = (select max(id) from repairs.outbox where type = 'repair.submitted')`,
    seen: /^1 kinds of event that the tally has not counted/,
  },
  {
    what: 'an effect that was made twice',
    harm: `update billing.tally set heard = heard + 1 where type = 'repair.submitted'`,
    seen: /^1 kinds of event that the tally has not counted/,
  },
  {
    what: 'usage that was billed for twice',
    harm: `insert into billing.usage select (jsonb_populate_record(u, '{"usage_id": 900000000}')).* from billing.usage u limit 1`,
    seen: /^1 usage records that billing does not have as they are$/,
  },
  {
    what: 'usage that never came',
    harm: `delete from billing.usage where usage_id = (select min(usage_id) from billing.usage)`,
    seen: /^1 usage records that billing does not have as they are$/,
  },
  {
    what: 'a slot of a VM that was added up twice',
    harm: `update metering.vm_slot set cpu_seconds = cpu_seconds * 2 + 1 where (vm_id, from_at) = (select vm_id, from_at from metering.vm_slot limit 1)`,
    seen: /^1 slots of a VM that metering does not have as compute said them$/,
  },
  {
    what: 'a slot of a site that was lost',
    harm: `delete from metering.slot where from_at = (select min(from_at) from metering.slot)`,
    seen: /^1 slots of a site that metering does not have as solar closed them$/,
  },
  {
    what: 'a milliwatt-hour too much',
    harm: `update metering.slot set platform_battery_wh = platform_battery_wh + 0.001 where from_at = (select min(from_at) from metering.slot where shared_at is not null)`,
    seen: /^1 slots whose parts do not sum to the meter$/,
  },
  {
    what: 'a device that was made twice',
    harm: `insert into repairs.device overriding system value select (jsonb_populate_record(d, '{"id": 900000000, "serial": "twin"}')).* from repairs.device d limit 1`,
    seen: /^1 devices that were not said$/,
  },
  {
    what: 'a notice that was said and not kept',
    harm: `delete from notification.notification where id = (select max(id) from notification.notification)`,
    seen: /^1 notices that no feed has$/,
  },
  {
    what: 'a server that stopped twice in a row',
    harm: `delete from compute.outbox where type = 'vm.started' and (subject, sequence) = (
      select subject, sequence from (
        select subject, sequence, type, lag(type) over life as before, lead(type) over life as after
          from compute.outbox where type in ('vm.started', 'vm.stopped', 'vm.failed')
        window life as (partition by subject order by sequence)) change
       where type = 'vm.started' and before = 'vm.stopped' and after = 'vm.stopped' limit 1)`,
    seen: /^1 starts and stops of a server that say again what was so already$/,
  },
]

/** Harm to books in which an invoice was paid, and money that came for it once more went back. */
export const paymentDamages: readonly Damage[] = [
  {
    what: 'an invoice that turned paid without money',
    harm: `delete from billing.ledger_transaction where kind = 'payment' and reference_id =
      (select id from billing.payment where status = 'succeeded')`,
    seen: /^1 invoices that are paid and owed, or neither$/,
  },
  {
    what: 'money that was booked twice for one invoice',
    harm: `update billing.ledger_entry set ledger_account = 'receivable' where ledger_account = 'unapplied' and
      transaction_id in (select id from billing.ledger_transaction where kind = 'payment')`,
    seen: /^1 invoices that are paid and owed, or neither$/,
  },
  {
    what: 'an invoice that was said to be paid twice',
    harm: `insert into billing.outbox overriding system value
      select (jsonb_populate_record(o, '{"id": 900000000}')).* from billing.outbox o where type = 'invoice.paid'`,
    seen: /^1 invoices that were not said to be paid as often as they are$/,
  },
  {
    what: 'money that went back and is still in the books',
    harm: `delete from billing.ledger_transaction where kind = 'refund'`,
    seen: /^1 payments whose money was not booked as often as it moved$/,
  },
]
