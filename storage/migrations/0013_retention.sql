-- Retention: the payload of a handled update is deleted, and indexes find the old records.

update inbox set payload = '' where done_at is not null;

create index outbox_done on outbox (created_at)
where state in ('delivered', 'undeliverable', 'stale');

-- When a row's texts, and the number of an unclaimed row, were deleted. The row itself stays for
-- ever: otherwise it would seem new when the panel shows it again, and a new order could claim it.
alter table supplier_rows add column emptied_at integer;

create index supplier_rows_full on supplier_rows (first_seen_at) where emptied_at is null;

-- The same table with two more kinds: a row with another product or number than its order, and one
-- whose `created_at` is more than 15 hours off.
create table recon_findings_with_more (
    account text not null,
    kind text not null check (
        kind in ('unclaimed', 'reversed', 'delivered', 'status', 'price', 'target', 'date')
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

insert into recon_findings_with_more
select account, kind, ref_id, order_id, detail, found_at, closed_at, closed_by
from recon_findings;

drop table recon_findings;

alter table recon_findings_with_more rename to recon_findings;

create index recon_findings_open on recon_findings (account, found_at) where closed_at is null;

create index recon_findings_by_order on recon_findings (order_id) where order_id is not null;

create index recon_findings_closed on recon_findings (closed_at)
where closed_at is not null and detail <> '';
