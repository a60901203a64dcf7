-- name: newest(limit)^
-- Ids are given in order, so the newest rows of each table are enough; `limit` of them, because the
-- clock may have been set back. Rows of the supplier are emptied long after they were first seen.
select max(at) as newest_at
from (
    select max(created_at) as at
    from (select created_at from orders order by order_id desc limit :limit) as latest
    union all
    select max(created_at) as at
    from (select created_at from transfers order by transfer_id desc limit :limit) as latest
    union all
    select max(created_at) as at from confirmations where used_at is null
    union all
    select max(used_at) as at
    from confirmations
    where used_at is not null and kind = 'purchase'
    union all
    select max(arrived_at) as at from inbox
    union all
    select max(done_at) as at from inbox
    union all
    select max(case when delivered_at > created_at then delivered_at else created_at end) as at
    from (
        select created_at, delivered_at from outbox order by notice_id desc limit :limit
    ) as latest
    union all
    select max(first_seen_at) as at from supplier_rows where emptied_at is null
    union all
    select max(fetched_at) as at from catalogue_fetches
    union all
    select max(at) as at
    from (select at from admin_acts order by act_id desc limit :limit) as latest
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

-- name: raise_id_counter(name, last_id)!
update id_counters set last_id = :last_id where name = :name and last_id < :last_id;

-- name: delete_unused_confirmations()!
delete from confirmations where used_at is null;

-- name: delete_dialogs()!
delete from dialogs;

-- name: close_inbox(at, error)!
update inbox set done_at = :at, error = :error, payload = '' where done_at is null;

-- name: make_outbox_stale()!
update outbox set state = 'stale' where state = 'pending';
