-- name: categories
select category_id, sold_to, disrupted_at, note, name, position
from category_choices
order by category_id;

-- name: products
select product_id, sold_to, disrupted_at, note from product_choices order by product_id;

-- name: put_category(category_id, sold_to, disrupted_at, note, name, position)!
insert into category_choices (category_id, sold_to, disrupted_at, note, name, position)
values (:category_id, :sold_to, :disrupted_at, :note, :name, :position)
on conflict (category_id) do update set
    sold_to = excluded.sold_to,
    disrupted_at = excluded.disrupted_at,
    note = excluded.note,
    name = excluded.name,
    position = excluded.position;

-- name: put_product(product_id, sold_to, disrupted_at, note)!
insert into product_choices (product_id, sold_to, disrupted_at, note)
values (:product_id, :sold_to, :disrupted_at, :note)
on conflict (product_id) do update set
    sold_to = excluded.sold_to,
    disrupted_at = excluded.disrupted_at,
    note = excluded.note;
