-- A clock can be set back, and then a row that was made after a send seems to have been there
-- before it. The account's sends are counted, so they say it for certain: the newest one when the
-- answer was asked for that first showed the row, and the newest when that answer was recorded.
-- Rows from before this have neither.

alter table supplier_rows add column first_asked_send integer;

alter table supplier_rows add column first_seen_send integer;
