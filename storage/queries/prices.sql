-- name: remove_rule(level, category, product)!
delete from price_rules
where
    coalesce(level_id, 0) = :level
    and coalesce(category_id, 0) = :category
    and coalesce(product_id, 0) = :product;

-- name: add_rule(level_id, category_id, product_id, pricing)!
insert into price_rules (level_id, category_id, product_id, pricing)
values (:level_id, :category_id, :product_id, :pricing);

-- name: remove_rules_of(level_id)!
delete from price_rules where coalesce(level_id, 0) = :level_id;

-- name: add_change^
insert into price_changes (
    level_id, category_id, product_id, before, after, changed_by, changed_at
)
values (:level_id, :category_id, :product_id, :before, :after, :changed_by, :changed_at)
returning *;

-- name: last_change()^
select * from price_changes order by change_id desc limit 1;

-- name: change(change_id)^
select * from price_changes where change_id = :change_id;

-- name: add_level(name, position)^
insert into customer_levels (name, position) values (:name, :position) returning level_id;

-- name: save_level(level_id, name, position)!
update customer_levels set name = :name, position = :position where level_id = :level_id;

-- name: delete_level(level_id)!
delete from customer_levels where level_id = :level_id;

-- name: customers_with(level_id)^
select count(*) as customers from customers where level_id = :level_id;

-- name: remove_code(product_id)!
delete from short_codes where product_id = :product_id;

-- name: add_code(product_id, code)!
insert into short_codes (product_id, code) values (:product_id, :code);

-- name: bought_lately(orders)
select product_id from orders order by order_id desc limit :orders;
