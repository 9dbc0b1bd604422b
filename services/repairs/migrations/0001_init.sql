-- Devices that customers own, and what is done about those that fail.

create table person (
  user_id bigint primary key,
  name text not null,
  staff boolean not null,
  -- Position among user.* of the last event applied, so that a late one cannot undo a newer one.
  sequence bigint not null
);

create table device (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  kind text not null check (kind in ('inverter', 'battery', 'panel', 'charge_controller', 'meter', 'server', 'other')),
  brand text not null check (length(brand) between 1 and 80),
  model text not null check (length(model) between 1 and 80),
  serial text not null check (length(serial) between 1 and 80),
  note text check (length(note) <= 2000),
  purchased_on date,
  warranty_until date,
  version integer not null default 1 check (version > 0),
  registered_at timestamptz not null,
  registered_by bigint not null,
  retired_at timestamptz
);
create unique index device_serial_unique on device (account_id, lower(brand), lower(serial)) where retired_at is null;
create index device_account on device (account_id, id desc);

-- The last number of a year's repairs; its row is locked by whoever takes the next.
create table repair_counter (
  year integer primary key,
  last integer not null check (last > 0)
);

create table repair (
  id bigint generated always as identity primary key,
  number text not null constraint repair_number_unique unique check (number ~ '^R-[0-9]{4}-[0-9]{6,}$'),
  account_id bigint not null,
  device_id bigint references device (id),
  category text not null,
  description text not null check (length(description) between 1 and 5000),
  state text not null,
  -- Where an answered question leads back to.
  return_state text,
  warranty text not null default 'unknown'
    check (warranty in ('unknown', 'in_warranty', 'out_of_warranty', 'goodwill', 'vendor_warranty')),
  assignee_id bigint,
  version integer not null default 1 check (version > 0),
  opened_by bigint not null,
  opened_at timestamptz not null,
  submitted_at timestamptz,
  -- When it came to its present state.
  state_since timestamptz not null,
  finished_at timestamptz,
  check ((state = 'needs_info') = (return_state is not null))
);
create index repair_account on repair (account_id, id desc);
create index repair_by_state on repair (state, state_since);

-- The timeline: one immutable row for each step and each comment; `visibility` decides who ever sees it.
create table repair_entry (
  id bigint generated always as identity primary key,
  repair_id bigint not null references repair (id),
  at timestamptz not null,
  kind text not null check (kind in ('step', 'comment')),
  visibility text not null check (visibility in ('public', 'internal')),
  actor_id bigint,
  actor_side text not null check (actor_side in ('customer', 'staff', 'system')),
  verb text,
  from_state text,
  to_state text,
  text text check (length(text) <= 5000),
  request_id text,
  check ((kind = 'step') = (to_state is not null)),
  check (kind = 'step' or text is not null),
  -- Customers have nothing to hide from themselves.
  check (not (visibility = 'internal' and actor_side = 'customer'))
);
create index repair_entry_of on repair_entry (repair_id, id);

-- What solar suspects; recorded, so that a repair may later say what it followed from.
create table diagnosis (
  id bigint primary key,
  site_id bigint not null,
  inverter_id bigint,
  kind text not null,
  summary text not null,
  raised_at timestamptz not null
);

do $$
declare
  runtime text := current_setting('sahary.runtime_role');
begin
  execute format('revoke update, delete on repair_entry from %I', runtime);
  execute format('revoke delete on repair, device, diagnosis from %I', runtime);
end $$;
