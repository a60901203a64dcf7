-- A row whose `created_at` is more than 15 hours off is dated by `first_seen_at`, so queries use
-- both columns.
drop index supplier_rows_by_age;

create index supplier_rows_by_instant on supplier_rows (account, created_at);

create index supplier_rows_by_sight on supplier_rows (account, first_seen_at);
