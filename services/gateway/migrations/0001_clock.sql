-- The business clock of a simulated platform. One row; missing while time is real.
create table business_clock (
  only_row boolean primary key default true check (only_row),
  real_at timestamptz not null,
  business_at timestamptz not null,
  rate double precision not null check (rate > 0 and rate <= 2000),
  -- When a keeper last looked after it: while the whole platform was down, business time stood still.
  kept_at timestamptz not null
);
comment on table business_clock is 'At real_at the clock showed business_at, and runs rate times as fast as real time.';
