-- People, the accounts they belong to, and what they hold to prove it.

create table person (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 120),
  email text constraint person_email_unique unique,
  mobile text constraint person_mobile_unique unique check (mobile ~ '^\+201[0125][0-9]{8}$'),
  password_hash text not null,
  locale text not null check (locale in ('ar', 'en')),
  roles text[] not null default '{}',
  created_at timestamptz not null,
  deactivated_at timestamptz,
  constraint person_reachable check (email is not null or mobile is not null)
);

create table account (
  id bigint generated always as identity primary key,
  name text not null,
  created_at timestamptz not null,
  suspended_at timestamptz,
  suspended_reason text,
  -- Position of the last billing_account.* heard, so that a late one cannot undo a newer one.
  billing_sequence bigint not null default 0
);

create table account_member (
  account_id bigint not null references account (id),
  user_id bigint not null references person (id),
  role text not null check (role in ('owner', 'member', 'viewer')),
  primary key (account_id, user_id)
);
create index account_member_user on account_member (user_id, account_id);

-- A sign-in and everything refreshed from it: the family of its refresh tokens. Real time throughout.
create table session (
  id uuid primary key,
  user_id bigint not null references person (id),
  client text not null check (client in ('portal', 'api')),
  network text not null,
  user_agent text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_reason text check (revoked_reason in ('signed_out', 'reuse', 'password', 'admin', 'expired')),
  check ((revoked_at is null) = (revoked_reason is null))
);
create index session_of_user on session (user_id) where revoked_at is null;
create index session_end on session (expires_at);

create table refresh_token (
  hash bytea primary key,
  session_id uuid not null references session (id) on delete cascade,
  generation integer not null check (generation > 0),
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  unique (session_id, generation)
);

create table signing_key (
  kid text primary key,
  public_jwk jsonb not null,
  sealed_private bytea not null,
  signs_from timestamptz not null
);

create table security_alert (
  id bigint generated always as identity primary key,
  user_id bigint references person (id),
  kind text not null,
  detail text not null,
  raised_at timestamptz not null,
  -- The event of another service that raised it; null when identity saw it itself.
  event_id uuid constraint security_alert_event_unique unique
);
