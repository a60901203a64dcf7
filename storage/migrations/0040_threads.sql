-- Conversations between the shop and a customer. What they are about is decided by `about`:
-- `subject_id` is an order or a top-up, or 0.

insert into confirmation_kinds (kind) values ('message'), ('picture');

-- Messages and pictures are deleted with the used confirmations of purchases.
drop index confirmations_used;

create index confirmations_used on confirmations (used_at)
where used_at is not null and kind in ('purchase', 'message', 'picture');

create table threads (
    thread_id integer primary key autoincrement,
    customer_id integer not null references customers,
    about text not null,
    subject_id integer not null,
    opened_at integer not null,
    asked_at integer,
    waits_since integer,
    closed_at integer,
    closed_by integer,
    check (closed_at is null or waits_since is null)
) strict;

create unique index threads_by_topic on threads (customer_id, about, subject_id);

create index threads_by_wait on threads (about, waits_since, thread_id)
where waits_since is not null;

create table thread_messages (
    message_id integer primary key autoincrement,
    thread_id integer not null references threads,
    author_id integer not null,
    is_from_shop integer not null check (is_from_shop in (0, 1)),
    body text not null,
    file_kind text not null,
    file_id text not null,
    request_key text not null unique,
    sent_at integer not null
) strict;

create index thread_messages_by_thread on thread_messages (thread_id, message_id);

create index thread_messages_by_author on thread_messages (author_id, sent_at)
where is_from_shop = 0;

create index thread_messages_by_time on thread_messages (sent_at);

-- Which message of a Telegram chat shows a message of a thread: a reply to it belongs there.
create table thread_deliveries (
    chat_id integer not null,
    shown_id integer not null,
    message_id integer not null references thread_messages,
    primary key (chat_id, shown_id)
) strict;

create index thread_deliveries_by_message on thread_deliveries (message_id);
