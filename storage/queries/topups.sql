-- name: add^
insert into topups (
    customer_id, amount, state, request_key, created_at, decided_at, decided_by
)
values (:customer_id, :amount, :state, :request_key, :created_at, :decided_at, :decided_by)
returning topup_id;

-- name: get(topup_id)^
select * from topups where topup_id = :topup_id;

-- name: decide(topup_id, state, actor_id, at)^
update topups
set state = :state, decided_by = :actor_id, decided_at = :at
where topup_id = :topup_id and state = 'pending'
returning *;

-- name: pending(limit)
select * from topups where state = 'pending' order by topup_id limit :limit;
