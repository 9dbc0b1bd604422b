-- An account's network ends with its last VM on the host. Released: nobody is placed in it any more. Removed: the engine has
-- it no more, and its subnet may be given away again. The row stays, because VMs that are gone refer to it.
alter table network add column released_at timestamptz, add column removed_at timestamptz,
  add constraint network_end check (removed_at is null or released_at is not null);
alter table network drop constraint network_subnet_key;
create unique index network_subnet on network (subnet) where removed_at is null;
