-- An instant that is more than 15 hours off does not tell how old a row is, our first sight of it
-- does: both are asked for.
drop index supplier_rows_by_age;

create index supplier_rows_by_instant on supplier_rows (account, created_at);

create index supplier_rows_by_sight on supplier_rows (account, first_seen_at);
