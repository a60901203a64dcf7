-- name: add^
insert into restock_requests (customer_id, product_id, asked_at, expires_at, told_at)
values (:customer_id, :product_id, :asked_at, :expires_at, :told_at)
returning request_id;

-- name: open_of(customer_id, now)
select *
from restock_requests
where customer_id = :customer_id and told_at is null and expires_at > :now
order by request_id;

-- name: wanted(now)
select distinct product_id
from restock_requests
where told_at is null and expires_at > :now
order by product_id;

-- name: mark_notified(product_id, at)
update restock_requests
set told_at = :at
where product_id = :product_id and told_at is null and expires_at > :at
returning *;

-- name: forget(customer_id, product_id)!
delete from restock_requests
where customer_id = :customer_id and product_id = :product_id and told_at is null;

-- name: forget_expired(now)!
delete from restock_requests where expires_at <= :now;
