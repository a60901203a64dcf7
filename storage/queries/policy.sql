-- name: settings
select name, value from shop_settings order by name;

-- name: set_setting(name, value, changed_by, changed_at)!
insert into shop_settings (name, value, changed_by, changed_at)
values (:name, :value, :changed_by, :changed_at)
on conflict (name) do update
set value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: reset_setting(name)!
delete from shop_settings where name = :name;

-- name: is_level_used(level_id)^
select 1 as used from customers where level_id = :level_id limit 1;

-- name: levels
select level_id, name, position from customer_levels order by position, level_id;
