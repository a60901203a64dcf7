-- Deposits that their customers let go, or that ran out unpaid. Both may still be decided: a
-- transfer can arrive all the same, and so their amounts stay reserved as before.

alter table topups add column cancelled_at integer;

-- When it was noted that the time for paying is over; the customer is told of it once.
alter table topups add column expired_at integer;

create index topups_running_out on topups (expires_at)
where state = 'pending' and cancelled_at is null and expired_at is null;
