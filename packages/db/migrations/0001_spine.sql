-- The spine: what every service's schema has, whatever its domain.

create table outbox (
  id bigint generated always as identity,
  day date not null default (now() at time zone 'utc')::date,
  event_id uuid not null,
  type text not null check (type ~ '^[a-z_]+\.[a-z_]+(\.v[0-9]+)?$'),
  subject text not null check (subject ~ '^[A-Za-z0-9_-]{1,64}$'),
  sequence bigint not null check (sequence > 0),
  occurred_at timestamptz not null,
  traceparent text,
  data jsonb not null check (octet_length(data::text) < 65536),
  created_at timestamptz not null default clock_timestamp(),
  published_at timestamptz,
  stream_seq bigint,
  primary key (day, id),
  check ((published_at is null) = (stream_seq is null))
) partition by range (day);
create table outbox_other partition of outbox default;
-- What the relay looks for; stays as small as what is waiting.
create index outbox_unpublished on outbox (id) where published_at is null;
comment on table outbox is 'Events said by this service. Kept at least seven days after publishing: the stream can be rebuilt from here.';

create table inbox (
  day date not null,
  event_id uuid not null,
  type text not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (day, event_id)
) partition by range (day);
create table inbox_other partition of inbox default;
comment on table inbox is 'Events whose effect is in this schema. `day` is the day in the event''s own id, so that an id has one place.';

create table aggregate_sequence (
  noun text not null,
  subject text not null,
  sequence bigint not null check (sequence > 0),
  primary key (noun, subject)
) with (fillfactor = 70);
comment on table aggregate_sequence is 'The last sequence said about each thing; its row is the lock that keeps order.';

create table heard_sequence (
  noun text not null,
  subject text not null,
  sequence bigint not null check (sequence > 0),
  primary key (noun, subject)
) with (fillfactor = 70);
comment on table heard_sequence is 'The last sequence applied of each thing of other services, for handlers that apply by order.';

create table parked (
  id bigint generated always as identity primary key,
  key text not null unique,
  durable text not null,
  stream text not null,
  stream_seq bigint not null,
  event_id uuid,
  type text,
  subject text,
  reason text not null,
  detail text,
  attempts integer not null,
  payload bytea not null,
  parked_at timestamptz not null default clock_timestamp(),
  replay_requested_at timestamptz,
  replayed_at timestamptz
);
create index parked_waiting on parked (id) where replay_requested_at is not null and replayed_at is null;
comment on table parked is 'Messages that could not be applied, with the reason; an operator replays them.';

create table leader (
  name text primary key,
  epoch bigint not null check (epoch > 0),
  since timestamptz not null
);
comment on table leader is 'Fencing numbers: a leader writes only while its epoch is the newest.';

create table relay (
  only_row boolean primary key default true check (only_row),
  highest_seq bigint not null default 0,
  stream_created text
);
insert into relay default values;

create table idempotent_answer (
  actor text not null,
  route text not null,
  key text not null,
  body_hash bytea not null,
  status integer,
  answer json,
  created_at timestamptz not null default clock_timestamp(),
  primary key (actor, route, key)
);
create index idempotent_answer_age on idempotent_answer (created_at);
comment on table idempotent_answer is 'Answers to requests with an Idempotency-Key, written in the transaction of their effect.';

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  actor_kind text not null check (actor_kind in ('user', 'system')),
  actor_id bigint,
  account_id bigint,
  action text not null,
  object_type text not null,
  object_id text not null,
  before jsonb,
  after jsonb,
  request_id text,
  check ((actor_kind = 'user') = (actor_id is not null))
);
create index audit_object on audit (object_type, object_id, id);
create index audit_account on audit (account_id, id) where account_id is not null;
comment on table audit is 'Who did what to what, written in the acting transaction; insert only.';

-- Makes the coming days' partitions and drops those that nobody can need. Belongs to the schema's owner,
-- because the service itself may not drop anything. A day that the catch-all already holds rows of stays there.
create function keep_partitions(today date, outbox_days integer default 8, inbox_days integer default 35) returns void
language plpgsql security definer set search_path from current as $$
declare
  parent text;
  part record;
  d date;
  needed boolean;
begin
  if outbox_days < 8 or inbox_days < outbox_days + 8 then
    raise exception 'an outbox is kept for 8 days or more, an inbox 8 days longer';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('partitions of ' || current_schema(), 0));
  foreach parent in array array['outbox', 'inbox'] loop
    for d in select generate_series(today - 1, today + 7, interval '1 day')::date loop
      continue when to_regclass(format('%I', parent || to_char(d, '"_"YYYYMMDD'))) is not null;
      begin
        execute format('create table %I partition of %I for values from (%L) to (%L)',
          parent || to_char(d, '"_"YYYYMMDD'), parent, d, d + 1);
      exception when check_violation then null;
      end;
    end loop;
  end loop;
  for part in
    select c.oid::regclass as name, p.relname as parent, to_date(right(c.relname, 8), 'YYYYMMDD') as day
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where i.inhparent in ('outbox'::regclass, 'inbox'::regclass) and c.relname ~ '_[0-9]{8}$'
  loop
    continue when part.day >= today - (case part.parent when 'outbox' then outbox_days else inbox_days end);
    if part.parent = 'outbox' then
      execute format('select exists (select from %s where published_at is null or published_at > now() - interval ''7 days'')', part.name)
        into needed;
      continue when needed;
    end if;
    execute format('drop table %s', part.name);
  end loop;
  delete from outbox_other where day < today - outbox_days and published_at < now() - interval '7 days';
  delete from inbox_other where received_at < now() - make_interval(days => inbox_days);
end $$;
select keep_partitions((now() at time zone 'utc')::date);

do $$
declare
  runtime text := current_setting('sahary.runtime_role');
begin
  execute format('revoke delete on outbox, inbox, parked, leader, relay, audit from %I', runtime);
  execute format('revoke update on inbox, audit from %I', runtime);
  execute format('revoke insert on relay from %I', runtime);
end $$;
