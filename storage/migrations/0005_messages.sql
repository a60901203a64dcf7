-- Telegram updates, notices, conditions, facts, and admin acts.

create table inbox (
    update_id integer primary key,
    payload text not null,
    attempts integer not null default 0,
    arrived_at integer not null,
    done_at integer,
    error text not null default ''
) strict;

create index inbox_pending on inbox (update_id) where done_at is null;

create index inbox_done on inbox (arrived_at) where done_at is not null;

create table outbox (
    notice_id integer primary key autoincrement,
    chat_id integer not null,
    kind text not null,
    dedupe_key text not null unique,
    created_at integer not null,
    subject_id integer,
    data text not null,
    state text not null check (
        state in ('pending', 'delivered', 'unreachable', 'undeliverable')
    ),
    attempts integer not null,
    next_at integer,
    delivered_at integer
) strict;

create index outbox_pending on outbox (chat_id, notice_id) where state = 'pending';

create index outbox_unreachable on outbox (chat_id) where state = 'unreachable';

create index outbox_by_subject on outbox (subject_id, kind) where subject_id is not null;

create table conditions (
    name text primary key,
    detail text not null,
    raised_at integer not null,
    notified_at integer
) strict;

create table facts (
    name text primary key,
    value text not null
) strict;

create table admin_acts (
    act_id integer primary key autoincrement,
    actor_id integer not null,
    action text not null,
    subject text not null,
    detail text not null,
    at integer not null
) strict;

create trigger admin_acts_stay before delete on admin_acts
begin
    select raise(abort, 'the record of what admins did is never deleted');
end;

create trigger admin_acts_never_change before update on admin_acts
begin
    select raise(abort, 'the record of what admins did never changes');
end;
