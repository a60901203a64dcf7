-- name: rights_of(customer_id)^
select rights from staff where customer_id = :customer_id;

-- name: everybody
select customer_id, rights, added_by, added_at from staff order by added_at, customer_id;

-- name: accounts
-- An inner join may begin with the accounts of all customers.
select accounts.telegram_id, staff.rights
from staff
left join telegram_accounts as accounts on staff.customer_id = accounts.customer_id;

-- name: put(customer_id, rights, added_by, added_at)!
insert into staff (customer_id, rights, added_by, added_at)
values (:customer_id, :rights, :added_by, :added_at)
on conflict (customer_id) do update set rights = excluded.rights;

-- name: remove(customer_id)!
delete from staff where customer_id = :customer_id;
