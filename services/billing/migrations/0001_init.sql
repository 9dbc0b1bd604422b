-- A copy of what identity says of billing accounts: whom an invoice is written to, and in which language.
create table account (
  account_id bigint primary key,
  name text not null,
  locale text not null check (locale in ('ar', 'en')),
  heard_at timestamptz not null default clock_timestamp()
);

-- Prices are data with versions: a list holds from `valid_from` until the next one does, and is never changed.
create table price_list (
  id bigint primary key,
  code text not null unique,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  valid_from timestamptz not null unique check (valid_from = date_bin('1 hour', valid_from, 'epoch'))
);
create table price (
  price_list_id bigint not null references price_list,
  supply_class text not null check (supply_class in ('solar_only', 'battery_backed', 'always_on')),
  kind text not null check (kind in ('vcpu', 'memory', 'disk')),
  unit_price numeric(18, 9) not null check (unit_price >= 0 and unit_price < 'Infinity'),
  primary key (price_list_id, supply_class, kind)
);
create table tax_rate (
  code text not null,
  percent numeric(7, 4) not null check (percent >= 0 and percent < 100),
  valid_from timestamptz not null,
  primary key (code, valid_from)
);

-- What metering said, once per usage id; insert only.
create table usage (
  usage_id bigint primary key,
  account_id bigint not null,
  vm_id bigint not null,
  vm_name text not null,
  vm_type text not null,
  supply_class text not null,
  from_at timestamptz not null,
  to_at timestamptz not null check (from_at < to_at),
  vcpu_seconds numeric(24, 3) not null check (vcpu_seconds <> 'NaN'),
  memory_mib_seconds numeric(24, 3) not null check (memory_mib_seconds <> 'NaN'),
  disk_gib_seconds numeric(24, 3) not null check (disk_gib_seconds <> 'NaN'),
  shed_seconds numeric(24, 3) not null check (shed_seconds <> 'NaN'),
  solar_wh numeric(18, 3) not null check (solar_wh >= 0 and solar_wh < 'Infinity'),
  battery_wh numeric(18, 3) not null check (battery_wh >= 0 and battery_wh < 'Infinity'),
  grid_wh numeric(18, 3) not null check (grid_wh >= 0 and grid_wh < 'Infinity'),
  generator_wh numeric(18, 3) not null check (generator_wh >= 0 and generator_wh < 'Infinity'),
  adjusts_usage_id bigint,
  heard_at timestamptz not null default clock_timestamp()
);
create index usage_of_account on usage (account_id, from_at);

-- The last number given in each series; its row is the lock that keeps numbers without a gap.
create table number_series (
  series text primary key,
  last_number bigint not null check (last_number > 0)
);

create table invoice (
  id bigint generated always as identity primary key,
  account_id bigint not null references account,
  number text not null unique,
  status text not null check (status in ('open', 'overdue', 'paid', 'void')),
  -- Half-open, as UTC instants: what the customer's month was on the day it was billed.
  period_from timestamptz not null,
  period_to timestamptz not null check (period_from < period_to),
  billed_to text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  net_minor bigint not null,
  vat_percent numeric(7, 4) not null,
  vat_minor bigint not null,
  total_minor bigint not null check (total_minor >= 0 and total_minor = net_minor + vat_minor),
  calc_version integer not null,
  finalized_at timestamptz not null,
  due_at timestamptz not null,
  paid_at timestamptz,
  paid_by_payment_id bigint,
  version integer not null default 1,
  check ((status = 'paid') = (paid_at is not null)),
  check (vat_minor = round(net_minor * vat_percent / 100)),
  constraint invoice_periods_tile exclude using gist (account_id with =, tstzrange(period_from, period_to) with &&)
    where (status <> 'void')
);
create index invoice_of_account on invoice (account_id, id desc);
create index invoice_unpaid on invoice (due_at) where status = 'open';

create table invoice_line (
  invoice_id bigint not null references invoice,
  position integer not null check (position > 0),
  vm_id bigint not null,
  vm_name text not null,
  vm_type text not null,
  supply_class text not null,
  kind text not null check (kind in ('vcpu', 'memory', 'disk')),
  price_list_id bigint not null references price_list,
  quantity numeric(20, 5) not null check (quantity <> 'NaN'),
  unit_price numeric(18, 9) not null,
  net_minor bigint not null,
  vat_minor bigint not null,
  solar_wh numeric(18, 3) not null check (solar_wh >= 0 and solar_wh < 'Infinity'),
  battery_wh numeric(18, 3) not null check (battery_wh >= 0 and battery_wh < 'Infinity'),
  grid_wh numeric(18, 3) not null check (grid_wh >= 0 and grid_wh < 'Infinity'),
  generator_wh numeric(18, 3) not null check (generator_wh >= 0 and generator_wh < 'Infinity'),
  -- The month that a line corrects, when its usage came after that month's invoice.
  adjusts_from timestamptz,
  trace jsonb not null,
  primary key (invoice_id, position),
  -- Whoever holds the invoice can do this sum; `round` of numeric is half away from zero.
  constraint invoice_line_is_quantity_times_price check (net_minor = round(quantity * unit_price * 100))
);

-- Each usage record is on one invoice and no other.
create table billed_usage (
  usage_id bigint primary key references usage,
  invoice_id bigint not null references invoice
);
create index billed_usage_of_invoice on billed_usage (invoice_id);

-- A month of an account that is closed, with or without an invoice; later usage of it is an adjustment.
create table billing_period (
  account_id bigint not null references account,
  period_from timestamptz not null,
  period_to timestamptz not null check (period_from < period_to),
  invoice_id bigint references invoice,
  closed_at timestamptz not null,
  primary key (account_id, period_from),
  constraint billing_periods_tile exclude using gist (account_id with =, tstzrange(period_from, period_to) with &&)
);

-- Double entry. Debits are positive; the entries of a transaction sum to zero when it commits.
create table ledger_transaction (
  id bigint generated always as identity primary key,
  account_id bigint not null references account,
  kind text not null check (kind in ('invoice', 'payment', 'refund')),
  reference_id bigint not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (kind, reference_id)
);
create table ledger_entry (
  transaction_id bigint not null references ledger_transaction,
  position integer not null,
  ledger_account text not null check (ledger_account in ('receivable', 'unapplied', 'revenue', 'vat_payable', 'card_network')),
  account_id bigint not null references account,
  amount_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (transaction_id, position)
);
create index ledger_of_account on ledger_entry (account_id, ledger_account);

create function ledger_must_balance() returns trigger language plpgsql set search_path from current as $$
declare
  wrong bigint;
begin
  select count(*) into wrong from (
    select currency from ledger_entry where transaction_id = new.transaction_id group by currency having sum(amount_minor) <> 0
  ) unequal;
  if wrong > 0 then
    raise exception 'ledger transaction % does not sum to zero', new.transaction_id
      using errcode = 'check_violation', constraint = 'ledger_balances';
  end if;
  return null;
end $$;
create constraint trigger ledger_balances after insert on ledger_entry
  deferrable initially deferred for each row execute function ledger_must_balance();

create table payment (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoice,
  account_id bigint not null references account,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  provider text not null,
  -- What makes opening it at the provider repeatable.
  provider_key uuid not null default gen_random_uuid() unique,
  provider_ref text,
  checkout_url text,
  return_path text not null,
  status text not null check (
    status in ('opening', 'pending', 'succeeded', 'failed', 'cancelling', 'cancelled', 'refunding', 'refunded', 'review')
  ),
  failure_code text,
  created_at timestamptz not null,
  settled_at timestamptz,
  -- Real time, for looking again at the provider.
  touched_at timestamptz not null default clock_timestamp(),
  unique (provider, provider_ref)
);
create index payment_of_invoice on payment (invoice_id);
create index payment_unsettled on payment (touched_at) where status in ('opening', 'pending', 'cancelling', 'refunding');
create unique index payment_pays_once on payment (invoice_id) where status = 'succeeded';

-- Every webhook that was believed, by its own id: the second delivery finds the first.
create table webhook (
  provider text not null,
  webhook_id text not null,
  body_hash bytea not null,
  type text not null,
  outcome text not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (provider, webhook_id)
);

-- A document is made once, kept in the file store under the hash of its bytes, and given out ever after.
create table document (
  invoice_id bigint not null references invoice,
  locale text not null check (locale in ('ar', 'en')),
  path text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes integer not null check (bytes > 0),
  made_at timestamptz not null default clock_timestamp(),
  primary key (invoice_id, locale)
);

do $$
declare
  runtime text := current_setting('sahary.runtime_role');
begin
  execute format('revoke update, delete, truncate on usage, billed_usage, billing_period, invoice_line, ledger_transaction, ledger_entry, webhook, document from %I', runtime);
  execute format('revoke insert, update, delete, truncate on price_list, price, tax_rate from %I', runtime);
  execute format('revoke update, delete, truncate on invoice, payment from %I', runtime);
  execute format('revoke delete, truncate on number_series from %I', runtime);
  -- After an invoice is final only how far it is paid may change.
  execute format('grant update (status, paid_at, paid_by_payment_id, version) on invoice to %I', runtime);
  execute format('grant update (status, provider_ref, checkout_url, failure_code, settled_at, touched_at) on payment to %I', runtime);
end $$;
