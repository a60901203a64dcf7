-- name: add(token, actor_id, kind, payload, created_at, used_at, outcome)!
insert into confirmations (token, actor_id, kind, payload, created_at, used_at, outcome)
values (:token, :actor_id, :kind, :payload, :created_at, :used_at, :outcome);

-- name: get(token)^
select * from confirmations where token = :token;

-- name: amend(token, payload)!
update confirmations set payload = :payload where token = :token and used_at is null;

-- name: consume(token, actor_id, at, outcome)!
update confirmations
set used_at = :at, outcome = :outcome
where token = :token and actor_id = :actor_id and used_at is null;

-- name: forget_unused(before, limit)!
delete from confirmations
where token in (
    select token
    from confirmations
    where used_at is null and created_at < :before
    order by created_at
    limit :limit
);

-- name: forget_used(before, limit)!
-- Confirmations with which an admin moved money are kept: pressing the button again must find them.
delete from confirmations
where token in (
    select token
    from confirmations
    where
        used_at is not null
        and kind in ('purchase', 'message', 'picture')
        and used_at < :before
    order by used_at
    limit :limit
);
