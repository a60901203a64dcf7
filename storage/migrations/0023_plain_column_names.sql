-- An order is polled or searched for at `next_check_at`. A search without result in a list that must
-- have shown the order is a covering miss.
alter table orders rename column next_look_at to next_check_at;
alter table orders rename column looks to lookups;
alter table orders rename column covered_at to last_covering_miss_at;
alter table orders rename column covered_60_at to first_miss_after_60s_at;

-- A quote that is still open names the order of the same purchase before it.
update confirmations
set payload = replace(payload, '"bought_before":', '"recent_purchase":')
where kind = 'purchase' and used_at is null;
