-- name: get(name)^
select * from conditions where name = :name;

-- name: raise_condition(name, detail, at)^
insert into conditions (name, detail, raised_at)
values (:name, :detail, :at)
on conflict (name) do update set detail = excluded.detail
returning *;

-- name: notified(name, at)!
update conditions set notified_at = :at where name = :name;

-- name: clear(name)!
delete from conditions where name = :name;

-- name: all()
select * from conditions order by raised_at, name;
