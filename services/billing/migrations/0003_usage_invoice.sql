-- Which invoice has a usage record stands on the record: what is unbilled is then found by an index that holds nothing else,
-- however long the history.
alter table usage add column invoice_id bigint references invoice;
update usage set invoice_id = billed_usage.invoice_id from billed_usage where billed_usage.usage_id = usage.usage_id;
-- Gone at once: a replica of before would go on writing here and bill what is billed.
drop table billed_usage;
drop index usage_of_account;
create index usage_unbilled on usage (account_id, from_at) where invoice_id is null;

-- Each usage record is on one invoice and no other.
create function usage_was_billed() returns trigger language plpgsql as $$
begin
  raise exception 'usage % is on an invoice already', old.usage_id using errcode = 'check_violation', constraint = 'usage_billed_once';
end $$;
create trigger usage_billed_once before update on usage
  for each row when (old.invoice_id is not null) execute function usage_was_billed();

do $$
begin
  execute format('grant update (invoice_id) on usage to %I', current_setting('sahary.runtime_role'));
end $$;
