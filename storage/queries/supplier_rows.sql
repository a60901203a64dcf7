-- name: see^
insert into supplier_rows (
    account, ref_id, service_code, destination, cost, status_word, voucher, note, created_at,
    first_seen_at, first_asked_send, first_seen_send
)
values (
    :account, :ref_id, :service_code, :destination, :cost, :status_word, :voucher, :note,
    :created_at, :at, :asked_send, :send
)
on conflict (account, ref_id) do update set
    service_code = excluded.service_code,
    destination = excluded.destination,
    cost = excluded.cost,
    status_word = excluded.status_word,
    voucher = excluded.voucher,
    note = excluded.note,
    created_at = excluded.created_at
returning first_seen_at, first_asked_send, first_seen_send;

-- name: newest_send(account)^
select coalesce(max(send_number), 0) as send from orders where account = :account;

-- name: has_past(account, send_number, sent_at)^
-- Rows from before the sends were noted have only their instant.
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

-- name: unclaimed(account, since, seen_since, far, limit)
-- A row without an instant of its own is as old as our first sight of it, and so is one whose
-- instant is farther from that than any time zone.
select seen.*
from supplier_rows as seen
where
    seen.account = :account
    and (
        (
            seen.created_at >= :since
            and seen.created_at between seen.first_seen_at - :far and seen.first_seen_at + :far
        )
        or (
            seen.first_seen_at >= :seen_since
            and (
                seen.created_at is null
                or seen.created_at not between seen.first_seen_at - :far
                and seen.first_seen_at + :far
            )
        )
    )
    and not exists (
        select 1
        from orders
        where orders.ref_id = seen.ref_id and orders.account = seen.account
    )
order by
    case
        when seen.created_at between seen.first_seen_at - :far and seen.first_seen_at + :far
            then seen.created_at
        else seen.first_seen_at
    end desc,
    seen.ref_id desc
limit :limit;
