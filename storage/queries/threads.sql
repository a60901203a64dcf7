-- name: get(thread_id)^
select * from threads where thread_id = :thread_id;

-- name: about(customer_id, about, subject_id)^
select *
from threads
where customer_id = :customer_id and about = :about and subject_id = :subject_id;

-- name: add(customer_id, about, subject_id, opened_at)^
insert into threads (customer_id, about, subject_id, opened_at)
values (:customer_id, :about, :subject_id, :opened_at)
returning *;

-- name: save(thread_id, opened_at, asked_at, waits_since, closed_at, closed_by)!
update threads
set
    opened_at = :opened_at, asked_at = :asked_at, waits_since = :waits_since,
    closed_at = :closed_at, closed_by = :closed_by
where thread_id = :thread_id;

-- name: cases_of(customer_id, limit)
select *
from threads
where customer_id = :customer_id and closed_at is null and asked_at is not null
order by asked_at desc, thread_id desc
limit :limit;

-- name: waiting(about, limit)
select *
from threads
where about = :about and waits_since is not null
order by waits_since, thread_id
limit :limit;

-- name: count_waiting(about)^
select count(*) as threads from threads where about = :about and waits_since is not null;

-- name: add_message^
insert into thread_messages (
    thread_id, author_id, is_from_shop, body, file_kind, file_id, request_key, sent_at
)
values (
    :thread_id, :author_id, :is_from_shop, :body, :file_kind, :file_id, :request_key, :sent_at
)
on conflict (request_key) do nothing
returning *;

-- name: message(message_id)^
select * from thread_messages where message_id = :message_id;

-- name: latest_messages(thread_id, limit)
select *
from thread_messages
where thread_id = :thread_id
order by message_id desc
limit :limit;

-- name: messages_of(customer_id)
select message.*
from threads
inner join thread_messages as message on threads.thread_id = message.thread_id
where threads.customer_id = :customer_id;

-- name: count_from(customer_id, since)^
select count(*) as messages
from thread_messages
where author_id = :customer_id and is_from_shop = 0 and sent_at > :since;

-- name: add_delivery(chat_id, shown_id, message_id)!
insert into thread_deliveries (chat_id, shown_id, message_id)
values (:chat_id, :shown_id, :message_id)
on conflict (chat_id, shown_id) do update set message_id = excluded.message_id;

-- name: shown_in(chat_id, shown_id)^
select threads.*
from thread_deliveries as shown
inner join thread_messages as message on shown.message_id = message.message_id
inner join threads on message.thread_id = threads.thread_id
where shown.chat_id = :chat_id and shown.shown_id = :shown_id;

-- name: forget_deliveries()!
delete from thread_deliveries;

-- name: old_messages(before, limit)
-- Those of threads in which nobody waits.
select message.message_id
from thread_messages as message
inner join threads on message.thread_id = threads.thread_id
where
    message.sent_at < :before
    and threads.waits_since is null
    and (threads.closed_at is null or threads.closed_at < :before)
order by message.sent_at
limit :limit;

-- name: forget_deliveries_of(message_id)!
delete from thread_deliveries where message_id = :message_id;

-- name: forget_message(message_id)!
delete from thread_messages where message_id = :message_id;
