-- name: add^
insert into withheld_products (
    product_id, order_id, listed_cost, cost, price, withheld_at, released_at, released_by, ended_at
)
values (
    :product_id, :order_id, :listed_cost, :cost, :price, :withheld_at, :released_at, :released_by,
    :ended_at
)
returning withheld_id;

-- name: save(withheld_id, cost, released_at, released_by, ended_at)!
update withheld_products
set
    cost = :cost,
    released_at = :released_at,
    released_by = :released_by,
    ended_at = :ended_at
where withheld_id = :withheld_id;

-- name: get(withheld_id)^
select * from withheld_products where withheld_id = :withheld_id;

-- name: of(product_id)^
select * from withheld_products where product_id = :product_id and ended_at is null;

-- name: open()
select * from withheld_products where ended_at is null order by withheld_id;
