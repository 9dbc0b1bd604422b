create table counter (name text primary key, value bigint not null);
create table amount (
  id bigint generated always as identity primary key,
  wh numeric(18, 3) not null check (wh >= 0 and wh < 'Infinity')
);
create table usage_span (
  vm_id bigint not null,
  span tstzrange not null check (not isempty(span) and lower_inc(span) and not upper_inc(span)),
  exclude using gist (vm_id with =, span with &&)
);
create table ledger_entry (id bigint generated always as identity primary key, amount_minor bigint not null);
do $$ begin
  execute format('revoke update, delete on ledger_entry from %I', current_setting('sahary.runtime_role'));
end $$;
