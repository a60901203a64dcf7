-- name: get(account, name)^
select value from supplier_facts where account = :account and name = :name;

-- name: put(account, name, value)!
insert into supplier_facts (account, name, value)
values (:account, :name, :value)
on conflict (account, name) do update set value = excluded.value;
