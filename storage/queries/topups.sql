-- name: add^
insert into topups (
    customer_id, amount, state, request_key, created_at, decided_at, decided_by, code, expires_at,
    is_reserved, credited, reason, proof, cancelled_at, expired_at
)
values (
    :customer_id, :amount, :state, :request_key, :created_at, :decided_at, :decided_by, :code,
    :expires_at, :is_reserved, :credited, :reason, :proof, :cancelled_at, :expired_at
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

-- name: pending(limit)
select * from topups where state = 'pending' order by topup_id limit :limit;

-- name: pending_of(customer_id)
select *
from topups
where customer_id = :customer_id and state = 'pending'
order by topup_id desc;

-- name: reserved(least, most)
select amount + code as total
from topups
where state = 'pending' and is_reserved = 1 and amount + code between :least and :most;

-- name: release(before)!
update topups
set is_reserved = 0
where state = 'pending' and is_reserved = 1 and expires_at < :before;

-- name: attach(topup_id, proof)!
update topups set proof = :proof where topup_id = :topup_id and state = 'pending';

-- name: newest_of(customer_id)^
select * from topups where customer_id = :customer_id order by topup_id desc limit 1;

-- name: cancel(topup_id, at)^
update topups
set cancelled_at = :at
where topup_id = :topup_id and state = 'pending' and cancelled_at is null
returning *;

-- name: running_out(until, limit)
select *
from topups
where
    state = 'pending' and cancelled_at is null and expired_at is null and expires_at <= :until
order by expires_at, topup_id
limit :limit;

-- name: next_end()^
select min(expires_at) as expires_at
from topups
where state = 'pending' and cancelled_at is null and expired_at is null;

-- name: note_expired(topup_id, at)!
update topups set expired_at = :at where topup_id = :topup_id and state = 'pending';
