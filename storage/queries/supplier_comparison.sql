-- name: record(account, kind, ref_id, order_id, detail, found_at)^
-- A finding that was closed without an admin is opened again; one that an admin closed is not.
insert into recon_findings (account, kind, ref_id, order_id, detail, found_at)
values (:account, :kind, :ref_id, :order_id, :detail, :found_at)
on conflict (account, kind, ref_id) do update set
    order_id = excluded.order_id,
    detail = excluded.detail,
    found_at = excluded.found_at,
    closed_at = null
where recon_findings.closed_at is not null and recon_findings.closed_by is null
returning found_at;

-- name: open(account)
select *
from recon_findings
where account = :account and closed_at is null
order by found_at, kind, ref_id;

-- name: close(account, kind, ref_id, at, actor_id)!
update recon_findings
set closed_at = :at, closed_by = :actor_id
where account = :account and kind = :kind and ref_id = :ref_id and closed_at is null;

-- name: empty(before, limit)!
-- The finding itself is kept, so that it is not reported again.
update recon_findings
set detail = ''
where (account, kind, ref_id) in (
    select
        old.account,
        old.kind,
        old.ref_id
    from recon_findings as old
    where old.closed_at is not null and old.detail <> '' and old.closed_at < :before
    order by old.closed_at
    limit :limit
);
