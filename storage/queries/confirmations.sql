-- name: add(token, actor_id, kind, payload, created_at, used_at, outcome)!
insert into confirmations (token, actor_id, kind, payload, created_at, used_at, outcome)
values (:token, :actor_id, :kind, :payload, :created_at, :used_at, :outcome);

-- name: get(token)^
select * from confirmations where token = :token;

-- name: consume(token, actor_id, at, outcome)!
update confirmations
set used_at = :at, outcome = :outcome
where token = :token and actor_id = :actor_id and used_at is null;
