-- The list of the persons whose data was erased.

-- name: add(customer_id, number, known_since, erased_at)!
insert into erasures (customer_id, number, known_since, erased_at)
values (:customer_id, :number, :known_since, :erased_at)
on conflict (customer_id) do nothing;

-- name: get(customer_id)^
select * from erasures where customer_id = :customer_id;

-- name: all()
select * from erasures order by erased_at, number;

-- name: incomplete(watched_since)
select *
from erasures
where exists (
    select 1
    from orders
    where
        orders.customer_id = erasures.customer_id
        and orders.state in ('succeeded', 'failed', 'cancelled')
        and (orders.next_check_at is null or orders.ended_at < :watched_since)
        and (
            orders.destination <> '***'
            or orders.voucher not in ('', '***')
            or orders.note <> ''
            or orders.refusal_message <> ''
        )
)
order by erased_at, number;

-- name: has_order_to_check(customer_id, watched_since)^
-- The goods of a refunded order may still arrive for a day; then the order is looked for no more,
-- also if it is one of another supplier account, where nobody looks.
select 1 as found
from orders
where
    customer_id = :customer_id
    and state in ('succeeded', 'failed', 'cancelled')
    and next_check_at is not null
    and ended_at >= :watched_since
limit 1;

-- name: notices_to(telegram_id)
select * from outbox where chat_id = :telegram_id order by notice_id;
