-- An order is polled or searched for at `next_check_at`. A search without result in a list that
-- must have shown the order is a covering miss.
alter table orders rename column next_look_at to next_check_at;
alter table orders rename column looks to lookups;
alter table orders rename column covered_at to last_covering_miss_at;
alter table orders rename column covered_60_at to first_miss_after_60s_at;
-- When the customer was notified that the product can be bought again.
alter table restock_requests rename column told_at to notified_at;
drop index supplier_rows_by_sight;
create index supplier_rows_by_appearance on supplier_rows (account, first_seen_at);
-- The token of the quote that a wallet lacked money for.
update facts set name = 'unmet_purchase:' || substr(name, 6) where name like 'wish:%';
update outbox set data = replace(data, '{"wish":', '{"quote_token":') where data like '{"wish":%';

-- A quote that is still open names the order of the same purchase before it.
update confirmations
set payload = replace(payload, '"bought_before":', '"recent_purchase":')
where kind = 'purchase' and used_at is null;
