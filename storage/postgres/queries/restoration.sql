-- The counters of ids are sequences. Unlike rows they are not rolled back, so that an id is never
-- given again.

-- name: newest_id()^
select max(last_value) as newest_id from pg_sequences where schemaname = current_schema();

-- name: raise_counter(table_name, last_id)!
select setval(counter, :last_id)
from (
    select cast(pg_get_serial_sequence(table_name, column_name) as regclass) as counter
    from information_schema.columns
    where
        table_schema = current_schema()
        and table_name = :table_name
        and is_identity = 'YES'
) as counters
where coalesce(pg_sequence_last_value(counter), 0) < :last_id;

-- name: add_counter(table_name, last_id)!
-- Every table has its sequence from the start.
select :table_name as name, :last_id as seq where false;
