-- name: add(update_id, payload, at, repeated_since)!
-- The first attempt is counted here, so that beginning it needs no write. A handled update that is
-- too old to be repeated has only the same id.
insert into inbox (update_id, payload, arrived_at, attempts)
values (:update_id, :payload, :at, 1)
on conflict (update_id) do update
set payload = :payload, arrived_at = :at, attempts = 1, done_at = null, error = ''
where inbox.done_at is not null and inbox.arrived_at < :repeated_since;

-- name: begin(update_id)^
update inbox set attempts = attempts + 1 where update_id = :update_id returning attempts;

-- name: done(update_id, at, error)!
-- The payload, a person's message or button press, is deleted; the update id is kept.
update inbox set done_at = :at, error = :error, payload = '' where update_id = :update_id;

-- name: is_done(update_id)^
select 1 as done from inbox where update_id = :update_id and done_at is not null;

-- name: pending()
select * from inbox where done_at is null order by update_id;

-- name: forget(before, limit)!
delete from inbox
where update_id in (
    select update_id
    from inbox
    where done_at is not null and arrived_at < :before
    order by arrived_at
    limit :limit
);

-- name: forget_handled()!
delete from inbox where done_at is not null;

-- name: span()^
select coalesce(min(update_id), 0) as lowest, coalesce(max(update_id), 0) as highest from inbox;

-- name: lower_ids(distance)!
update inbox set update_id = update_id - :distance where done_at is null;
