-- name: record^
-- Texts that were emptied stay empty. A trigger keeps `is_unclaimed` of the rows that are stored.
insert into supplier_rows (
    account, ref_id, service_code, destination, cost, status_word, voucher, note, created_at,
    first_seen_at, first_asked_send, first_seen_send, is_unclaimed
)
values (
    :account, :ref_id, :service_code, :destination, :cost, :status_word, :voucher, :note,
    :created_at, :at, :requested_at_send, :send, :is_unclaimed
)
on conflict (account, ref_id) do update set
    service_code = excluded.service_code,
    destination = case
        when supplier_rows.emptied_at is null then excluded.destination
        else supplier_rows.destination
    end,
    cost = excluded.cost,
    status_word = excluded.status_word,
    voucher = case when supplier_rows.emptied_at is null then excluded.voucher else '' end,
    note = case when supplier_rows.emptied_at is null then excluded.note else '' end,
    created_at = excluded.created_at
returning first_seen_at, first_asked_send, first_seen_send;

-- name: had_rows_before(account, send_number, sent_at)^
-- Rows stored before send numbers were recorded have only the time at which they were first seen.
select 1 as found
from supplier_rows
where
    account = :account
    and (
        first_seen_send < :send_number
        or (first_seen_send is null and first_seen_at < :sent_at)
    )
union all
select 1 as found
from orders
where account = :account and send_number < :send_number and ref_id is not null
limit 1;

-- name: unclaimed(account, since, seen_since, earliest, far, limit)
-- A row without `created_at`, or with one that differs from `first_seen_at` by more than any time
-- zone does (`far`), is dated by `first_seen_at`. No row that was first seen before `earliest` is
-- asked for.
select *
from supplier_rows
where
    account = :account
    and is_unclaimed = 1
    and first_seen_at >= :earliest
    and (
        (
            created_at >= :since
            and created_at between first_seen_at - :far and first_seen_at + :far
        )
        or (
            first_seen_at >= :seen_since
            and (
                created_at is null
                or created_at not between first_seen_at - :far and first_seen_at + :far
            )
        )
    )
order by
    case
        when created_at between first_seen_at - :far and first_seen_at + :far then created_at
        else first_seen_at
    end desc,
    ref_id desc
limit :limit;

-- name: claimed(account, ref_id)^
-- The target of the order that has claimed a row, and that of the row if it is stored already.
select
    orders.service_code as ordered_code,
    orders.destination as sent,
    seen.service_code,
    seen.destination
from orders
left join supplier_rows as seen on orders.account = seen.account and orders.ref_id = seen.ref_id
where orders.account = :account and orders.ref_id = :ref_id;

-- name: empty(before, at, margin, limit)!
-- The destination of a row that an order has claimed is kept for the audit. A row is left alone
-- while an order is open that existed when the row was first seen: it may belong to that order.
update supplier_rows
set
    voucher = '',
    note = '',
    destination = case
        when exists (
            select 1
            from orders
            where
                orders.account = supplier_rows.account
                and orders.ref_id = supplier_rows.ref_id
        )
            then destination
        else ''
    end,
    emptied_at = :at
where (account, ref_id) in (
    select
        old.account,
        old.ref_id
    from supplier_rows as old
    where
        old.emptied_at is null
        and old.first_seen_at < :before
        and not exists (
            select 1
            from orders
            where
                orders.state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
                and orders.account = old.account
                and orders.created_at < old.first_seen_at + :margin
        )
    order by old.first_seen_at
    limit :limit
);
