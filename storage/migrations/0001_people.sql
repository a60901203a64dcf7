-- Customers, their dialogs and confirmations, and top-ups.
-- In all tables: instants are microseconds since 1970 in UTC, money is whole rupiah.

create table customers (
    customer_id integer primary key,
    first_name text not null,
    username text not null,
    telegram_language text not null,
    chosen_language text not null default '',
    is_reachable integer not null check (is_reachable in (0, 1)),
    created_at integer not null
) strict;

create table dialogs (
    customer_id integer primary key,
    conversation text not null,
    step integer not null,
    updated_at integer not null,
    product_id integer,
    message_id integer,
    data text not null
) strict;

create index dialogs_by_conversation on dialogs (conversation);

create table confirmations (
    token text primary key,
    actor_id integer not null,
    kind text not null check (kind in ('purchase', 'adjustment')),
    payload text not null,
    created_at integer not null,
    used_at integer,
    outcome text not null
) strict;

create table topups (
    topup_id integer primary key autoincrement,
    customer_id integer not null references customers,
    amount integer not null check (amount > 0),
    state text not null check (state in ('pending', 'approved', 'rejected')),
    request_key text not null unique,
    created_at integer not null,
    decided_at integer,
    decided_by integer
) strict;

create index topups_pending on topups (topup_id) where state = 'pending';

create trigger topups_are_decided_once before update on topups
when old.state <> 'pending'
begin
    select raise(abort, 'a top-up is decided once');
end;
