-- name: see^
insert into supplier_rows (
    account, ref_id, service_code, destination, cost, status_word, voucher, note, created_at,
    first_seen_at
)
values (
    :account, :ref_id, :service_code, :destination, :cost, :status_word, :voucher, :note,
    :created_at, :at
)
on conflict (account, ref_id) do update set
    service_code = excluded.service_code,
    destination = excluded.destination,
    cost = excluded.cost,
    status_word = excluded.status_word,
    voucher = excluded.voucher,
    note = excluded.note,
    created_at = excluded.created_at
returning first_seen_at;

-- name: unclaimed(account, since, limit)
-- A row without an instant of its own is as old as our first sight of it.
select *
from supplier_rows as seen
where
    account = :account
    and coalesce(created_at, first_seen_at) >= :since
    and not exists (
        select 1
        from orders
        where orders.ref_id = seen.ref_id and orders.account = seen.account
    )
order by coalesce(created_at, first_seen_at) desc, ref_id desc
limit :limit;
