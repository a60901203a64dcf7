-- The messages about a top-up, in any chat, that were not sent by the outbox: how to pay it, and
-- questions to admins. They are edited when the top-up is decided or cancelled, or expires.
create table topup_messages (
    topup_id integer not null references topups,
    chat_id integer not null,
    message_id integer not null,
    shows_payment integer not null check (shows_payment in (0, 1)),
    primary key (topup_id, chat_id, message_id)
) strict;

insert into topup_messages (topup_id, chat_id, message_id, shows_payment)
select topup_id, customer_id, message_id, 1
from topups
where message_id is not null and state = 'pending';
