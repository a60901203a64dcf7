-- Changes for resuming from a backup, and the findings of the supplier comparison.

-- A restore may park several orders with the same product and destination. They are not looked up
-- in the list, so they need not be distinguishable.
drop index orders_one_unresolved;

create unique index orders_one_unresolved on orders (account, service_code, destination)
where
    state in ('sending', 'ambiguous')
    or (state = 'parked' and coalesce(park_reason, '') <> 'restored');

-- The same table with the state stale: a notice that was pending in a backup may be delivered
-- already.
create table outbox_with_stale (
    notice_id integer primary key autoincrement,
    chat_id integer not null,
    kind text not null,
    dedupe_key text not null unique,
    created_at integer not null,
    subject_id integer,
    data text not null,
    state text not null check (
        state in ('pending', 'delivered', 'unreachable', 'undeliverable', 'stale')
    ),
    attempts integer not null,
    next_at integer,
    delivered_at integer
) strict;

insert into outbox_with_stale
select
    notice_id, chat_id, kind, dedupe_key, created_at, subject_id, data, state, attempts, next_at,
    delivered_at
from outbox;

drop table outbox;

alter table outbox_with_stale rename to outbox;

create index outbox_pending on outbox (chat_id, notice_id) where state = 'pending';

create index outbox_unreachable on outbox (chat_id) where state = 'unreachable';

create index outbox_by_subject on outbox (subject_id, kind) where subject_id is not null;

create table recon_findings (
    account text not null,
    kind text not null check (
        kind in ('unclaimed', 'reversed', 'delivered', 'status', 'price')
    ),
    ref_id text not null check (ref_id <> ''),
    order_id integer references orders,
    detail text not null,
    found_at integer not null,
    closed_at integer,
    -- The admin who settled it; null when it came to an end by itself.
    closed_by integer,
    primary key (account, kind, ref_id)
) strict;

create index recon_findings_open on recon_findings (account, found_at) where closed_at is null;

create index recon_findings_by_order on recon_findings (order_id) where order_id is not null;
