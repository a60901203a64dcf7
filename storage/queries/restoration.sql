-- name: newest()^
select max(at) as newest_at
from (
    select max(created_at) as at from orders
    union all
    select max(created_at) as at from transfers
    union all
    select max(created_at) as at from confirmations
    union all
    select max(arrived_at) as at from inbox
    union all
    select max(done_at) as at from inbox
    union all
    select max(created_at) as at from outbox
    union all
    select max(delivered_at) as at from outbox
    union all
    select max(first_seen_at) as at from supplier_rows
    union all
    select max(fetched_at) as at from catalogue_fetches
    union all
    select max(at) as at from admin_acts
) as instants;

-- name: newest_id()^
-- SQLite keeps the counters of `autoincrement` columns in this table; PostgreSQL has sequences.
select max(seq) as newest_id from sqlite_sequence;

-- name: raise_counter(table_name, last_id)!
update sqlite_sequence set seq = :last_id where name = :table_name and seq < :last_id;

-- name: add_counter(table_name, last_id)!
insert into sqlite_sequence (name, seq)
select :table_name as name, :last_id as seq
where not exists (select 1 from sqlite_sequence where name = :table_name);

-- name: delete_unused_confirmations()!
delete from confirmations where used_at is null;

-- name: delete_dialogs()!
delete from dialogs;

-- name: close_inbox(at, error)!
update inbox set done_at = :at, error = :error, payload = '' where done_at is null;

-- name: make_outbox_stale()!
update outbox set state = 'stale' where state = 'pending';
