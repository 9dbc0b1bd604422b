-- The feed, and copies of what other services know, kept by their events.

create table person (
  user_id bigint primary key,
  name text not null,
  locale text not null check (locale in ('ar', 'en')),
  roles text[] not null,
  active boolean not null default true,
  -- Positions among user.* of the last change of each, so that a late event cannot undo a newer one.
  roles_sequence bigint not null,
  active_sequence bigint not null
);

create table account (
  account_id bigint primary key
);

create table account_member (
  account_id bigint not null,
  user_id bigint not null,
  -- Null once the person has left: the row keeps the position of that event.
  role text check (role in ('owner', 'member', 'viewer')),
  sequence bigint not null,
  primary key (account_id, user_id)
);

create table machine (
  vm_id bigint primary key,
  account_id bigint not null,
  site_id bigint not null,
  name text not null,
  supply_class text not null check (supply_class in ('solar_only', 'battery_backed', 'always_on')),
  -- Runs, or is about to.
  alive boolean not null,
  -- Was stopped for want of energy.
  shed boolean not null,
  sequence bigint not null
);
create index machine_site on machine (site_id) where alive or shed;

-- The last step of each site's ladder, for VMs that are heard of after it.
create table site_step (
  site_id bigint primary key,
  event jsonb not null,
  sequence bigint not null
);

-- Inverters that were reported missing, so that only their return is news.
create table silent_inverter (
  inverter_id bigint primary key
);

-- Events that depend on a person or an account of whom nothing is known yet; heard again when `awaits` is.
create table held (
  id bigint generated always as identity primary key,
  event_id uuid not null constraint held_once unique,
  awaits text not null check (awaits ~ '^(user|account):[0-9]+$'),
  event jsonb not null,
  held_at timestamptz not null default clock_timestamp()
);
create index held_awaits on held (awaits, id);

create table notification (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  account_id bigint,
  event_id uuid not null,
  -- Which of an event's notices this is.
  about text not null,
  kind text not null,
  severity text not null check (severity in ('info', 'success', 'warning', 'danger')),
  locale text not null check (locale in ('ar', 'en')),
  title text not null,
  body text not null,
  link_type text,
  link_id bigint,
  -- When it happened, on the business clock.
  at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  read_at timestamptz,
  constraint notification_once unique (event_id, user_id, about),
  check ((link_type is null) = (link_id is null))
);
create index notification_feed on notification (user_id, id desc);
create index notification_unread on notification (user_id, id desc) where read_at is null;

do $$ begin
  execute format('revoke delete on notification from %I', current_setting('sahary.runtime_role'));
end $$;
