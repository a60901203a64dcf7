-- Notices that need an admin are delivered before those that customers cause
-- (`bot/domain/notice.py`).

alter table outbox add column urgency integer not null default 0 check (urgency in (0, 1));

update outbox set urgency = 1 where kind in ('alert', 'parked', 'parked_news');

drop index outbox_pending;

create index outbox_pending on outbox (chat_id, urgency, notice_id, next_at)
where state = 'pending';
