/** Harm to books that are sound, and the sentence in which the oracle must speak of it. */
export const damages: readonly { what: string; harm: string; seen: RegExp }[] = [
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
]
