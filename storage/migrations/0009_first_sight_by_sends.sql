-- When a row was first seen, in send numbers of its account: if the clock is set back, a row that
-- was created after a send seems older than the send. `first_asked_send` is the newest send number
-- at the request whose reply first contained the row, `first_seen_send` that at the recording of
-- the reply. Both are null for rows from before this migration.

alter table supplier_rows add column first_asked_send integer;

alter table supplier_rows add column first_seen_send integer;
