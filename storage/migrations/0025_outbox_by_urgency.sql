-- Notices are delivered by urgency (`bot/domain/notice.py`), and the next notice of each chat is
-- found without reading all that wait.

drop index outbox_pending;

alter table outbox drop column urgency;

alter table outbox add column urgency integer not null default 1;

update outbox
set urgency = case
    when kind in ('restocked', 'reopened') then 0
    when kind in ('alert', 'parked', 'parked_news', 'withheld') then 4
    when kind = 'outcome' then 3
    when kind in ('order', 'order_parked') then 2
    else 1
end
where state in ('pending', 'unreachable');

-- The last update of an order's message is delivered before the outcome, as before.
update outbox
set urgency = 3
where
    kind = 'order'
    and state in ('pending', 'unreachable')
    and subject_id in (
        select outcome.subject_id
        from outbox as outcome
        where outcome.kind = 'outcome' and outcome.state in ('pending', 'unreachable')
    );

create index outbox_pending on outbox (chat_id, urgency desc, notice_id) where state = 'pending';

create index outbox_delayed on outbox (chat_id, next_at)
where state = 'pending' and next_at is not null;

-- A row for each chat with pending notices: the one to deliver next, and the latest `next_at` of
-- all (0: none). The triggers below keep it, whatever changes the outbox.
create table outbox_chats (
    chat_id integer primary key,
    notice_id integer not null,
    urgency integer not null,
    next_at integer not null
) strict;

create index outbox_chats_by_urgency on outbox_chats (urgency desc, notice_id, next_at);

create index outbox_chats_by_time on outbox_chats (next_at);

insert into outbox_chats (chat_id, notice_id, urgency, next_at)
select
    chats.chat_id,
    (
        select first.notice_id
        from outbox as first
        where first.chat_id = chats.chat_id and first.state = 'pending'
        order by first.urgency desc, first.notice_id
        limit 1
    ),
    max(chats.urgency),
    coalesce(max(chats.next_at), 0)
from outbox as chats
where chats.state = 'pending'
group by chats.chat_id;

create trigger outbox_chats_added after insert on outbox
when new.state = 'pending'
begin
    insert into outbox_chats (chat_id, notice_id, urgency, next_at)
    values (new.chat_id, new.notice_id, new.urgency, coalesce(new.next_at, 0))
    on conflict (chat_id) do update
    set notice_id = excluded.notice_id, urgency = excluded.urgency
    where excluded.urgency > outbox_chats.urgency;
    update outbox_chats
    set next_at = new.next_at
    where chat_id = new.chat_id and next_at < new.next_at;
end;

create trigger outbox_keeps_chats before update of chat_id, urgency on outbox
when old.chat_id <> new.chat_id or old.urgency <> new.urgency
begin
    select raise(abort, 'a notice keeps its chat and its urgency');
end;

create trigger outbox_chats_changed after update of state on outbox
when (old.state = 'pending') <> (new.state = 'pending')
begin
    delete from outbox_chats
    where
        chat_id = new.chat_id
        and not exists (
            select 1 from outbox where chat_id = new.chat_id and state = 'pending'
        );
    insert into outbox_chats (chat_id, notice_id, urgency, next_at)
    select
        chat_id,
        notice_id,
        urgency,
        coalesce(
            (
                select max(delayed.next_at)
                from outbox as delayed
                where
                    delayed.chat_id = new.chat_id
                    and delayed.state = 'pending'
                    and delayed.next_at is not null
            ),
            0
        )
    from outbox
    where chat_id = new.chat_id and state = 'pending'
    order by urgency desc, notice_id
    limit 1
    on conflict (chat_id) do update
    set
        notice_id = excluded.notice_id,
        urgency = excluded.urgency,
        next_at = excluded.next_at;
end;

create trigger outbox_chats_deleted after delete on outbox
when old.state = 'pending'
begin
    delete from outbox_chats
    where
        chat_id = old.chat_id
        and not exists (
            select 1 from outbox where chat_id = old.chat_id and state = 'pending'
        );
    insert into outbox_chats (chat_id, notice_id, urgency, next_at)
    select
        chat_id,
        notice_id,
        urgency,
        coalesce(
            (
                select max(delayed.next_at)
                from outbox as delayed
                where
                    delayed.chat_id = old.chat_id
                    and delayed.state = 'pending'
                    and delayed.next_at is not null
            ),
            0
        )
    from outbox
    where chat_id = old.chat_id and state = 'pending'
    order by urgency desc, notice_id
    limit 1
    on conflict (chat_id) do update
    set
        notice_id = excluded.notice_id,
        urgency = excluded.urgency,
        next_at = excluded.next_at;
end;

create trigger outbox_chats_delayed after update of next_at on outbox
when old.state = 'pending' and new.state = 'pending'
begin
    update outbox_chats
    set next_at = coalesce(
        (
            select max(delayed.next_at)
            from outbox as delayed
            where
                delayed.chat_id = new.chat_id
                and delayed.state = 'pending'
                and delayed.next_at is not null
        ),
        0
    )
    where chat_id = new.chat_id;
end;
