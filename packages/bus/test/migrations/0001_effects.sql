create table effect (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  subject text not null,
  sequence bigint not null,
  at timestamptz not null default clock_timestamp()
);
create table balance (
  subject text primary key,
  events bigint not null
);
