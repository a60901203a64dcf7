-- name: get(name)^
select value from facts where name = :name;

-- name: put(name, value)!
insert into facts (name, value)
values (:name, :value)
on conflict (name) do update set value = excluded.value;
