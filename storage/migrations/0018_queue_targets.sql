-- The sender looks past the orders that must wait for another of their product and number.

-- The destination in the one form for all its spellings. What was stored before this keeps its
-- spelling here; the sender compares those itself.
alter table orders add column target text not null default '';

update orders set target = destination;

create index orders_queue on orders (
    account, send_attempts, order_id, created_at, service_code, target
)
where state = 'queued';

create index orders_queue_by_age on orders (account, created_at) where state = 'queued';

create index orders_queue_by_target on orders (account, service_code, target)
where state = 'queued';

create index orders_unresolved_by_target on orders (account, service_code, target)
where state in ('sending', 'ambiguous', 'parked');
