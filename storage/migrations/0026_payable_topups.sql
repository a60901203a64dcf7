-- A customer's undecided top-ups that may still be paid. Those that were never paid stay undecided
-- for ever, so they are not read again.
drop index topups_pending;

create index topups_payable on topups (customer_id, expires_at, created_at)
where state = 'pending';
