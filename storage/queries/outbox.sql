-- name: add!
insert into outbox (
    chat_id, kind, dedupe_key, created_at, subject_id, data, state, attempts, next_at
)
values (
    :chat_id, :kind, :dedupe_key, :created_at, :subject_id, :data, :state, :attempts, :next_at
)
on conflict (dedupe_key) do nothing;

-- name: heads(now, limit)
-- A notice that has to wait holds up the later ones of its chat.
select *
from outbox
where
    notice_id in (select min(notice_id) from outbox where state = 'pending' group by chat_id)
    and (next_at is null or next_at <= :now)
order by notice_id
limit :limit;

-- name: next_due(after)^
select min(next_at) as next_due
from outbox
where
    notice_id in (select min(notice_id) from outbox where state = 'pending' group by chat_id)
    and next_at > :after;

-- name: delivered(notice_id, at)!
update outbox set state = 'delivered', delivered_at = :at where notice_id = :notice_id;

-- name: supersede(notice_id, subject_id, chat_id, at)!
update outbox
set state = 'delivered', delivered_at = :at
where
    subject_id = :subject_id
    and kind = 'order'
    and chat_id = :chat_id
    and state = 'pending'
    and notice_id < :notice_id;

-- name: shown(notice_id, data)!
update outbox set data = :data where notice_id = :notice_id;

-- name: about(kind, subject_id)
select * from outbox where subject_id = :subject_id and kind = :kind order by notice_id desc;

-- name: retry(notice_id, next_at)!
update outbox set attempts = attempts + 1, next_at = :next_at where notice_id = :notice_id;

-- name: set_state(notice_id, state)!
update outbox set state = :state where notice_id = :notice_id;

-- name: hold_chat(chat_id)!
update outbox set state = 'unreachable' where chat_id = :chat_id and state = 'pending';

-- name: release_chat(chat_id)!
update outbox
set state = 'pending', next_at = null
where chat_id = :chat_id and state = 'unreachable';

-- name: get(dedupe_key)^
select * from outbox where dedupe_key = :dedupe_key;

-- name: backlog()^
select count(*) as notices from outbox where state = 'pending';
