create table effect (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  subject text not null,
  sequence bigint not null
);
