-- name: add!
insert into outbox (
    chat_id, kind, urgency, dedupe_key, created_at, subject_id, data, state, attempts, next_at
)
values (
    :chat_id, :kind, :urgency, :dedupe_key, :created_at, :subject_id, :data, :state, :attempts,
    :next_at
)
on conflict (dedupe_key) do nothing;

-- name: next_per_chat(now, limit)
-- The most urgent notice of each chat, the oldest of those. A notice that waits for a retry delays
-- all notices of its chat, urgent ones too, because Telegram's rate limit is for the whole chat.
-- Triggers keep the table `outbox_chats`.
select outbox.*
from outbox_chats
inner join outbox on outbox_chats.notice_id = outbox.notice_id
where outbox_chats.next_at <= :now
order by outbox_chats.urgency desc, outbox_chats.notice_id
limit :limit;

-- name: next_due(after)^
select min(next_at) as next_due from outbox_chats where next_at > :after;

-- name: delivered(notice_id, at)!
update outbox set state = 'delivered', delivered_at = :at where notice_id = :notice_id;

-- name: supersede_older(notice_id, subject_id, chat_id, at)!
-- `coalesce` keeps the index of pending notices from being used: a chat may have thousands, a
-- subject has few.
update outbox
set state = 'delivered', delivered_at = :at
where
    subject_id = :subject_id
    and kind = 'order'
    and chat_id = :chat_id
    and coalesce(state, '') = 'pending'
    and notice_id < :notice_id;

-- name: supersede(dedupe_key, kind, subject_id, chat_id, at)!
update outbox
set state = 'delivered', delivered_at = :at
where
    subject_id = :subject_id
    and kind = :kind
    and chat_id = :chat_id
    and coalesce(state, '') = 'pending'
    and notice_id < (
        select newer.notice_id from outbox as newer where newer.dedupe_key = :dedupe_key
    );

-- name: wait_as_older(dedupe_key, kind, subject_id, chat_id)!
-- A retry that Telegram allows only later is no sooner allowed to a newer notice.
update outbox
set
    next_at = (
        select max(older.next_at)
        from outbox as older
        where
            older.subject_id = :subject_id
            and older.kind = :kind
            and older.chat_id = :chat_id
            and coalesce(older.state, '') = 'pending'
            and older.notice_id < outbox.notice_id
    )
where
    dedupe_key = :dedupe_key
    and coalesce(state, '') = 'pending'
    and exists (
        select 1
        from outbox as older
        where
            older.subject_id = :subject_id
            and older.kind = :kind
            and older.chat_id = :chat_id
            and coalesce(older.state, '') = 'pending'
            and older.next_at is not null
            and older.notice_id < outbox.notice_id
    );

-- name: set_data(notice_id, data)!
update outbox set data = :data where notice_id = :notice_id;

-- name: undelivered_proofs()
select *
from outbox
where kind in ('topup_proof', 'stray_proof') and state in ('pending', 'unreachable')
order by notice_id;

-- name: about(kind, subject_id)
select * from outbox where subject_id = :subject_id and kind = :kind order by notice_id desc;

-- name: retry(notice_id, next_at)!
-- If it was replaced while it was in flight, the one that replaced it waits.
update outbox
set attempts = attempts + 1, next_at = :next_at
where notice_id in (
    select cast(:notice_id as bigint) as notice_id
    union all
    select newer.notice_id
    from outbox as replaced
    inner join outbox as newer
        on
            replaced.subject_id = newer.subject_id
            and replaced.kind = newer.kind
            and replaced.chat_id = newer.chat_id
    where
        replaced.notice_id = :notice_id
        and replaced.state = 'delivered'
        and coalesce(newer.state, '') = 'pending'
);

-- name: set_state(notice_id, state)!
update outbox set state = :state where notice_id = :notice_id;

-- name: pending_in(chat_id, kind)
select *
from outbox
where chat_id = :chat_id and state = 'pending' and kind = :kind
order by notice_id;

-- name: mark_unreachable(chat_id)!
update outbox set state = 'unreachable' where chat_id = :chat_id and state = 'pending';

-- name: mark_reachable(chat_id)!
update outbox
set state = 'pending', next_at = null
where chat_id = :chat_id and state = 'unreachable';

-- name: get(dedupe_key)^
select * from outbox where dedupe_key = :dedupe_key;

-- name: backlog()^
select count(*) as notices from outbox where state = 'pending';

-- name: oldest_pending()^
select min(created_at) as created_at from outbox where state = 'pending';

-- name: forget_updates(before, limit)!
-- The updates of an order's message, once the order is over: nothing refers to them.
delete from outbox
where notice_id in (
    select done.notice_id
    from outbox as done
    inner join orders on done.subject_id = orders.order_id
    where
        done.kind in ('order', 'order_parked')
        and done.state in ('delivered', 'undeliverable', 'stale')
        and done.created_at < :before
        and orders.ended_at < :before
    order by done.created_at
    limit :limit
);

-- name: forget(before, limit)
-- Kept are undelivered notices, and those about an order that is open or ended recently, or about
-- an open top-up: later events edit the messages whose ids they hold. Alerts of a late success are
-- kept for ever, so that each is sent once, however late the goods are found again.
delete from outbox
where notice_id in (
    select done.notice_id
    from outbox as done
    where
        done.kind not in ('order', 'order_parked')
        and done.state in ('delivered', 'undeliverable', 'stale')
        and done.created_at < :before
        and coalesce(done.delivered_at, done.created_at) < :before
        and substr(done.dedupe_key, 1, 19) <> 'alert:late_success:'
        and not exists (
            select 1
            from orders
            where
                done.kind in ('outcome', 'parked', 'parked_news', 'help', 'alert')
                and orders.order_id = done.subject_id
                and (orders.ended_at is null or orders.ended_at >= :before)
        )
        and not exists (
            select 1
            from topups
            where
                done.kind in ('topup_requested', 'topup_proof')
                and topups.topup_id = done.subject_id
                and topups.state = 'pending'
                and topups.cancelled_at is null
                and topups.expired_at is null
        )
    order by done.created_at
    limit :limit
)
returning
    case
        when kind = 'outcome'
            then (select orders.ended_at from orders where orders.order_id = outbox.subject_id)
    end as ended_at;
