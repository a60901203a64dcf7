-- The sender skips orders that wait for an unresolved order of the same product and number.

-- The destination in the form that is used for comparing. Orders from before this migration have
-- the destination as it was stored; the sender compares these itself.
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
