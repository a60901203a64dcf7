-- name: use!
-- An empty name or zone does not replace a stored one.
insert into saved_numbers (customer_id, kind, main, destination, name, used_at, zone)
values (:customer_id, :kind, :main, :destination, :name, :used_at, :zone)
on conflict (customer_id, kind, main, destination) do update set
    used_at = excluded.used_at,
    name = case when excluded.name = '' then saved_numbers.name else excluded.name end,
    zone = case when excluded.zone = '' then saved_numbers.zone else excluded.zone end;

-- name: trim(customer_id, kept)!
-- Numbers without a name are deleted first.
delete from saved_numbers
where
    customer_id = :customer_id
    and number_id not in (
        select number_id
        from saved_numbers
        where customer_id = :customer_id
        order by (name = ''), used_at desc, number_id desc
        limit :kept
    );

-- name: of_customer(customer_id)
select *
from saved_numbers
where customer_id = :customer_id
order by used_at desc, number_id desc;

-- name: get(number_id)^
select * from saved_numbers where number_id = :number_id;

-- name: rename(number_id, name)!
update saved_numbers set name = :name where number_id = :number_id;

-- name: forget(number_id)!
delete from saved_numbers where number_id = :number_id;
