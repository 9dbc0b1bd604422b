-- Marks the containers that are ours among those of other installations on the same engine.
create table installation (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid()
);
insert into installation default values;

-- What may be rented. Rows are data: another installation sells other sizes.
create table vm_type (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  vcpus int not null check (vcpus > 0),
  memory_mib int not null check (memory_mib >= 64),
  disk_gib int not null check (disk_gib > 0),
  processes int not null check (processes > 0),
  position int not null unique,
  offered boolean not null default true
);
insert into vm_type (name, vcpus, memory_mib, disk_gib, processes, position) values
  ('tiny-1', 1, 128, 1, 128, 10),
  ('s-1', 1, 512, 10, 256, 20),
  ('s-2', 2, 1024, 20, 512, 30);

create table image (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9.-]{0,39}$'),
  reference text not null,
  title_en text not null,
  title_ar text not null,
  least_memory_mib int not null,
  position int not null unique,
  offered boolean not null default true
);
insert into image (name, reference, title_en, title_ar, least_memory_mib, position) values
  ('tiny', 'sahary/tiny:current', 'Tiny (BusyBox)', 'نظام صغير (BusyBox)', 64, 10),
  ('debian-12', 'sahary/debian-12:current', 'Debian 12', 'دبيان 12', 256, 20);

-- A machine of ours that carries VMs. What it may sell is its size less what the platform keeps, times over-commitment.
create table host (
  id bigint generated always as identity primary key,
  name text not null unique,
  site_id bigint not null check (site_id > 0),
  state text not null check (state in ('up', 'lost', 'drained')),
  cores int not null check (cores > 0),
  sellable_vcpus int not null check (sellable_vcpus > 0),
  sellable_memory_mib int not null check (sellable_memory_mib >= 0),
  sellable_disk_gib int not null check (sellable_disk_gib >= 0),
  capabilities jsonb not null,
  joined_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- Real time, unlike the two above: silence is measured against the wall clock.
  beat_at timestamptz not null default now()
);
create index host_site on host (site_id);

-- Networks of an account on a host, each a small subnet that no other has; the engine's network is named after the id.
create table network (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  host_id bigint not null references host,
  subnet cidr not null unique
);
create index network_account on network (account_id, host_id);

create table ssh_key (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  name text not null,
  public_key text not null,
  fingerprint text not null,
  created_at timestamptz not null,
  constraint ssh_key_name unique (account_id, name),
  constraint ssh_key_fingerprint unique (account_id, fingerprint)
);

create table vm (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  created_by bigint not null,
  site_id bigint not null,
  host_id bigint not null references host,
  network_id bigint not null references network,
  address inet not null,
  name text not null,
  vm_type text not null references vm_type,
  image text not null references image,
  supply_class text not null check (supply_class in ('solar_only', 'battery_backed', 'always_on')),
  vcpus int not null,
  memory_mib int not null,
  disk_gib int not null,
  user_data text,
  -- Changes at create and rebuild only: part of the container's name, so a power-on never makes an empty disk.
  incarnation int not null default 1,
  -- Desired: what its owner wishes, what holds it down (whatever the wish), and the rest that the engine is told.
  wish text not null default 'running' check (wish in ('running', 'off', 'deleted')),
  holds text[] not null default '{}' check (holds <@ array['energy', 'billing', 'operator']),
  cpu_capped boolean not null default false,
  -- The engine's start time of the run that a reboot shall end; the reboot is done when another run is seen.
  reboot_of text,
  generation int not null default 1,
  reason text not null default 'user' check (reason in ('user', 'energy', 'crash', 'billing', 'operator')),
  -- Notice of a stop for want of energy, and the turn in the queue of those that come back; business time.
  stop_at timestamptz,
  resume_at timestamptz,
  -- Observed.
  status text not null default 'initializing',
  status_reason text,
  observed_at timestamptz,
  run text,
  booted_at timestamptz,
  host_key_fingerprint text,
  crashes int not null default 0,
  crashed_at timestamptz,
  settled boolean not null default false,
  -- What its owner edits carries a version of its own.
  version int not null default 1,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index vm_name on vm (account_id, name) where deleted_at is null;
create unique index vm_address on vm (network_id, address) where deleted_at is null;
create index vm_account on vm (account_id, id);
create index vm_host on vm (host_id) where deleted_at is null;
create index vm_site on vm (site_id) where deleted_at is null;
create index vm_unsettled on vm (host_id) where not settled and deleted_at is null;

create table vm_ssh_key (
  vm_id bigint not null references vm,
  position int not null,
  ssh_key_id bigint,
  public_key text not null,
  primary key (vm_id, position)
);

-- One worker drives a VM at a time; whoever holds the row may touch its container until then (real time).
create table vm_lease (
  vm_id bigint primary key references vm,
  holder uuid not null,
  until timestamptz not null
);

-- Kept after the VM is gone: a number once given out is never "not found".
create table action (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  vm_id bigint not null references vm,
  verb text not null check (verb in ('create', 'start', 'stop', 'reboot', 'delete', 'cap', 'uncap')),
  reason text not null,
  status text not null default 'running' check (status in ('running', 'success', 'error')),
  progress int not null default 0 check (progress between 0 and 100),
  generation int not null,
  error_code text,
  error_message text,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- Real time: an engine that hangs, hangs on the wall clock.
  deadline_at timestamptz not null,
  check ((status = 'error') = (error_code is not null and error_message is not null)),
  check ((status = 'running') = (finished_at is null))
);
create index action_vm on action (vm_id, id);
create index action_running on action (deadline_at) where status = 'running';

-- The runs of a VM on the business clock, and its processor time in slots that are still open.
create table vm_run (
  id bigint generated always as identity primary key,
  vm_id bigint not null references vm,
  site_id bigint not null,
  from_at timestamptz not null,
  to_at timestamptz check (to_at >= from_at)
);
create unique index vm_run_open on vm_run (vm_id) where to_at is null;
create index vm_run_site on vm_run (site_id, from_at);
-- Counters of processor time as last read, and what became of them, of VMs (`vm/7`) and of whole hosts (`host/1`).
create table reading (
  subject text primary key,
  run text not null,
  cpu_ns numeric(30) not null check (cpu_ns >= 0 and cpu_ns <> 'NaN'),
  real_at timestamptz not null,
  business_at timestamptz not null
);
create table slot_use (
  subject text not null,
  slot_from timestamptz not null,
  cpu_seconds numeric(18, 6) not null check (cpu_seconds >= 0 and cpu_seconds <> 'NaN'),
  primary key (subject, slot_from)
);
create table site_slot (
  site_id bigint primary key,
  closed_to timestamptz not null
);

-- Copies of what others know.
create table site_power (
  site_id bigint primary key,
  level text not null,
  notice_ends_at timestamptz,
  changed_at timestamptz not null
);
create table account_standing (
  account_id bigint primary key,
  suspended boolean not null
);
create table user_standing (
  user_id bigint primary key,
  deactivated boolean not null
);
