-- name: add^
insert into topups (
    customer_id, amount, state, request_key, created_at, decided_at, decided_by, code, expires_at,
    is_reserved, credited, reason, proof, cancelled_at, expired_at, replaced_by, message_id
)
values (
    :customer_id, :amount, :state, :request_key, :created_at, :decided_at, :decided_by, :code,
    :expires_at, :is_reserved, :credited, :reason, :proof, :cancelled_at, :expired_at,
    :replaced_by, :message_id
)
returning topup_id;

-- name: get(topup_id)^
select * from topups where topup_id = :topup_id;

-- name: by_key(request_key)^
select * from topups where request_key = :request_key;

-- name: decide(topup_id, state, actor_id, at, credited, reason)^
update topups
set
    state = :state, decided_by = :actor_id, decided_at = :at, credited = :credited,
    reason = :reason
where topup_id = :topup_id and state = 'pending'
returning *;

-- name: awaiting_decision(now)
select *
from topups
where
    state = 'pending'
    and (proof <> '' or (cancelled_at is null and expired_at is null))
    and (proof <> '' or coalesce(expires_at, :now + 1) > :now)
order by topup_id;

-- name: payable_of(customer_id, expired_after, asked_after)
select *
from topups
where topup_id in (
    select topup_id
    from topups
    where customer_id = :customer_id and state = 'pending' and expires_at > :expired_after
    union all
    select topup_id
    from topups
    where
        customer_id = :customer_id
        and state = 'pending'
        and expires_at is null
        and created_at > :asked_after
)
order by topup_id desc;

-- name: approved_with_amount(amount, since)
select *
from topups
where topup_id in (
    select topup_id
    from topups
    where amount + code = :amount and state = 'approved' and decided_at >= :since
    union
    select topup_id
    from topups
    where credited = :amount and state = 'approved' and decided_at >= :since
)
order by decided_at desc, topup_id desc;

-- name: pending_with_total(total)
select *
from topups
where amount + code = :total and state = 'pending'
order by topup_id desc;

-- name: requested_since(customer_id, since)
select *
from topups
where customer_id = :customer_id and created_at > :since
order by created_at, topup_id;

-- name: reserved_totals(least, most, since)
-- The total of a decided top-up is taken until `since`: a late payment may still arrive.
select amount + code as total
from topups
where amount + code between :least and :most and state = 'pending' and is_reserved = 1
union
select total from topup_totals where total between :least and :most and expires_at >= :since;

-- name: totals_last_used(least, most)
-- A trigger keeps them.
select total, used_at from topup_totals where total between :least and :most;

-- name: release_expired(before)!
update topups
set is_reserved = 0
where state = 'pending' and is_reserved = 1 and expires_at < :before;

-- name: attach_proof(topup_id, proof)!
update topups set proof = :proof where topup_id = :topup_id and state = 'pending';

-- name: newest_of(customer_id)^
select * from topups where customer_id = :customer_id order by topup_id desc limit 1;

-- name: last_approved_of(customer_id)^
select *
from topups
where customer_id = :customer_id and state = 'approved'
order by topup_id desc
limit 1;

-- name: cancel(topup_id, at, replaced_by)^
update topups
set cancelled_at = :at, replaced_by = :replaced_by
where topup_id = :topup_id and state = 'pending' and cancelled_at is null
returning *;

-- name: due_to_expire(until, limit)
select *
from topups
where
    state = 'pending' and cancelled_at is null and expired_at is null and expires_at <= :until
order by expires_at, topup_id
limit :limit;

-- name: next_expiry()^
select min(expires_at) as expires_at
from topups
where state = 'pending' and cancelled_at is null and expired_at is null;

-- name: mark_expired(topup_id, at)!
update topups set expired_at = :at where topup_id = :topup_id and state = 'pending';

-- name: replaced_by(topup_id)
select * from topups where replaced_by = :topup_id order by topup_id desc;

-- name: set_payment_message(topup_id, message_id)!
update topups set message_id = :message_id where topup_id = :topup_id and state = 'pending';

-- name: add_message(topup_id, chat_id, message_id, shows_payment)!
insert into topup_messages (topup_id, chat_id, message_id, shows_payment)
values (:topup_id, :chat_id, :message_id, :shows_payment)
on conflict (topup_id, chat_id, message_id) do nothing;

-- name: messages(topup_id)
select chat_id, message_id, shows_payment
from topup_messages
where topup_id = :topup_id
order by chat_id, message_id desc;

-- name: forget_messages()!
delete from topup_messages;

-- name: forget_payment_messages()!
update topups set message_id = null where state = 'pending' and message_id is not null;
