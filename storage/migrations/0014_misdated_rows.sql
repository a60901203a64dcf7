-- Rows whose instant is more than 15 hours off are shown to the admins: one more kind of finding.
create table recon_findings_with_date (
    account text not null,
    kind text not null check (
        kind in ('unclaimed', 'reversed', 'delivered', 'status', 'price', 'date')
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

insert into recon_findings_with_date
select account, kind, ref_id, order_id, detail, found_at, closed_at, closed_by
from recon_findings;

drop table recon_findings;

alter table recon_findings_with_date rename to recon_findings;

create index recon_findings_open on recon_findings (account, found_at) where closed_at is null;

create index recon_findings_by_order on recon_findings (order_id) where order_id is not null;

-- Such an instant does not tell how old a row is, our first sight of it does: both are asked for.
drop index supplier_rows_by_age;

create index supplier_rows_by_instant on supplier_rows (account, created_at);

create index supplier_rows_by_sight on supplier_rows (account, first_seen_at);
