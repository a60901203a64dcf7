-- Top-ups that were cancelled by their customer, or that expired. Both may still be decided,
-- because a payment may still arrive, so their totals stay reserved.

alter table topups add column cancelled_at integer;

-- When the expiry was recorded; the customer is notified once.
alter table topups add column expired_at integer;

create index topups_running_out on topups (expires_at)
where state = 'pending' and cancelled_at is null and expired_at is null;
