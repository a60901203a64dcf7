-- name: categories()
select category_id, parent_id, name from categories;

-- name: path_of(sub_id)^
select type.category_id as type_id, brand.category_id as brand_id, sub.category_id as sub_id
from categories as sub
inner join categories as brand on sub.parent_id = brand.category_id
inner join categories as type on brand.parent_id = type.category_id
where sub.category_id = :sub_id;

-- name: add_category^
insert into categories (parent_id, name) values (:parent_id, :name) returning category_id;

-- name: products_on_sale()
select
    product_id, code, sub_id, name, note, cost, is_ready, is_repeatable, cutoff_start, cutoff_end,
    position
from products
where position is not null
order by position;

-- name: product(product_id)^
select
    product.product_id, product.code, product.sub_id, product.name, product.note, product.cost,
    product.is_ready, product.is_repeatable, product.cutoff_start, product.cutoff_end,
    product.position, type.name as type_name, brand.name as brand_name, sub.name as sub_name
from products as product
inner join categories as sub on product.sub_id = sub.category_id
inner join categories as brand on sub.parent_id = brand.category_id
inner join categories as type on brand.parent_id = type.category_id
where product.product_id = :product_id;

-- name: put_product^
insert into products (
    code, sub_id, name, note, cost, is_ready, is_repeatable, cutoff_start, cutoff_end, position
)
values (
    :code, :sub_id, :name, :note, :cost, :is_ready, :is_repeatable, :cutoff_start, :cutoff_end,
    :position
)
on conflict (code) do update set
    sub_id = excluded.sub_id,
    name = excluded.name,
    note = excluded.note,
    cost = excluded.cost,
    is_ready = excluded.is_ready,
    is_repeatable = excluded.is_repeatable,
    cutoff_start = excluded.cutoff_start,
    cutoff_end = excluded.cutoff_end,
    position = excluded.position
returning product_id;

-- name: take_off_sale*!
update products set position = null where code = :code;

-- name: record_fetch!
insert into catalogue_fetches (only_row, fetched_at)
values (1, :fetched_at)
on conflict (only_row) do update set fetched_at = excluded.fetched_at;

-- name: last_fetch()^
select fetched_at from catalogue_fetches;
