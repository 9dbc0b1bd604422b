-- One row per VM: the lock that everything about its usage takes, and how far its life has been recorded.
create table meter (
  vm_id bigint primary key,
  account_id bigint not null,
  site_id bigint not null,
  -- The VM's first known instant; nothing before it can have been used.
  begins_at timestamptz not null,
  -- Usage up to here has been recorded.
  recorded_to timestamptz not null check (recorded_to >= begins_at),
  -- When the next piece of its life closes, on the business clock; null once the VM is gone and recorded.
  due_at timestamptz,
  -- Since when, on a real watch, there has been something to record.
  behind_since timestamptz
);
create index meter_due on meter (due_at) where due_at is not null;
create index meter_site on meter (site_id);

-- What compute said of a VM, once per sequence number. Its life is derived from here, whatever the order of arrival.
create table vm_change (
  vm_id bigint not null references meter,
  sequence bigint not null check (sequence > 0),
  at timestamptz not null,
  condition text check (condition in ('running', 'paused', 'off', 'shed', 'gone')),
  account_id bigint not null,
  site_id bigint not null,
  vm_name text not null,
  vm_type text not null,
  supply_class text not null,
  vcpus integer not null check (vcpus > 0),
  memory_mib integer not null check (memory_mib > 0),
  disk_gib integer not null check (disk_gib > 0),
  primary key (vm_id, sequence)
);

-- A closed slot of a site. The `platform_` columns are what no VM accounts for; VMs and platform sum to the slot.
create table slot (
  site_id bigint not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  load_wh numeric(18, 3) not null check (load_wh >= 0 and load_wh < 'Infinity'),
  baseline_wh numeric(18, 3) not null check (baseline_wh >= 0 and baseline_wh < 'Infinity'),
  solar_wh numeric(18, 3) not null check (solar_wh >= 0 and solar_wh < 'Infinity'),
  battery_wh numeric(18, 3) not null check (battery_wh >= 0 and battery_wh < 'Infinity'),
  grid_wh numeric(18, 3) not null check (grid_wh >= 0 and grid_wh < 'Infinity'),
  generator_wh numeric(18, 3) not null check (generator_wh >= 0 and generator_wh < 'Infinity'),
  quality text not null check (quality in ('measured', 'partial')),
  heard_at timestamptz not null default clock_timestamp(),
  shared_at timestamptz,
  platform_solar_wh numeric(18, 3) check (platform_solar_wh >= 0 and platform_solar_wh < 'Infinity'),
  platform_battery_wh numeric(18, 3) check (platform_battery_wh >= 0 and platform_battery_wh < 'Infinity'),
  platform_grid_wh numeric(18, 3) check (platform_grid_wh >= 0 and platform_grid_wh < 'Infinity'),
  platform_generator_wh numeric(18, 3) check (platform_generator_wh >= 0 and platform_generator_wh < 'Infinity'),
  primary key (site_id, from_at),
  check (from_at < to_at),
  check (load_wh = solar_wh + battery_wh + grid_wh + generator_wh),
  check (num_nulls(shared_at, platform_solar_wh, platform_battery_wh, platform_grid_wh, platform_generator_wh) in (0, 5))
);
create index slot_unshared on slot (from_at) where shared_at is null;

-- A usage record or, with `adjusts_id`, a correction of one. Never changed once written: the role may not.
create table usage (
  id bigint generated always as identity primary key,
  vm_id bigint not null references meter,
  account_id bigint not null,
  site_id bigint not null,
  vm_name text not null,
  vm_type text not null,
  supply_class text not null,
  vcpus integer not null,
  memory_mib integer not null,
  disk_gib integer not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  ran boolean not null,
  running_seconds numeric(18, 3) not null check (running_seconds <> 'NaN'),
  vcpu_seconds numeric(18, 3) not null check (vcpu_seconds <> 'NaN'),
  memory_mib_seconds numeric(18, 3) not null check (memory_mib_seconds <> 'NaN'),
  disk_gib_seconds numeric(18, 3) not null check (disk_gib_seconds <> 'NaN'),
  shed_seconds numeric(18, 3) not null check (shed_seconds <> 'NaN'),
  solar_wh numeric(18, 3) not null check (solar_wh >= 0 and solar_wh < 'Infinity'),
  battery_wh numeric(18, 3) not null check (battery_wh >= 0 and battery_wh < 'Infinity'),
  grid_wh numeric(18, 3) not null check (grid_wh >= 0 and grid_wh < 'Infinity'),
  generator_wh numeric(18, 3) not null check (generator_wh >= 0 and generator_wh < 'Infinity'),
  adjusts_id bigint references usage,
  reason text check (reason in ('late_energy', 'late_event')),
  recorded_at timestamptz not null,
  constraint usage_span_not_empty check (from_at < to_at),
  constraint usage_within_an_hour check (to_at <= date_bin('1 hour', from_at, 'epoch') + interval '1 hour'),
  constraint usage_adjusted_for_a_reason check ((adjusts_id is null) = (reason is null)),
  constraint usage_recorded_positive check (
    adjusts_id is not null
    or (running_seconds >= 0 and vcpu_seconds >= 0 and memory_mib_seconds >= 0 and disk_gib_seconds >= 0 and shed_seconds >= 0)
  ),
  -- No instant of a VM is recorded twice (btree_gist, in the schema `extensions`).
  constraint usage_once exclude using gist (
    vm_id with =,
    tstzrange(from_at, to_at) with &&
  ) where (adjusts_id is null)
);
create index usage_of_account on usage (account_id, from_at desc, id desc);
create index usage_of_vm on usage (vm_id, from_at) where adjusts_id is null;

-- What one VM did in one slot and, once the slot is shared, its energy. `usage_id` says which one record used it.
create table vm_slot (
  vm_id bigint not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  site_id bigint not null,
  cpu_seconds numeric(24, 9) not null check (cpu_seconds >= 0 and cpu_seconds < 'Infinity'),
  running_seconds numeric(24, 9) not null check (running_seconds >= 0 and running_seconds < 'Infinity'),
  vcpus integer not null check (vcpus > 0),
  site_cpu_seconds numeric(24, 9) not null check (site_cpu_seconds >= 0 and site_cpu_seconds < 'Infinity'),
  site_vcpus integer not null check (site_vcpus > 0),
  solar_wh numeric(18, 3) check (solar_wh >= 0 and solar_wh < 'Infinity'),
  battery_wh numeric(18, 3) check (battery_wh >= 0 and battery_wh < 'Infinity'),
  grid_wh numeric(18, 3) check (grid_wh >= 0 and grid_wh < 'Infinity'),
  generator_wh numeric(18, 3) check (generator_wh >= 0 and generator_wh < 'Infinity'),
  usage_id bigint references usage,
  primary key (vm_id, from_at),
  check (from_at < to_at),
  check (num_nulls(solar_wh, battery_wh, grid_wh, generator_wh) in (0, 4)),
  check (usage_id is null or solar_wh is not null)
);
create index vm_slot_of_site on vm_slot (site_id, from_at);
create index vm_slot_unused on vm_slot (vm_id, from_at) where usage_id is null;

do $$
begin
  execute format('revoke update, delete, truncate on usage from %I', current_setting('sahary.runtime_role'));
  execute format('revoke update, delete, truncate on vm_change from %I', current_setting('sahary.runtime_role'));
end $$;
