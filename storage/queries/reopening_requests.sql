-- name: add(customer_id, asked_at)!
insert into reopening_requests (customer_id, asked_at)
values (:customer_id, :asked_at)
on conflict (customer_id) do nothing;

-- name: of(customer_id)^
select * from reopening_requests where customer_id = :customer_id;

-- name: take()
delete from reopening_requests returning *;

-- name: forget(customer_id)!
delete from reopening_requests where customer_id = :customer_id;
