-- name: settings
select name, value from shop_settings order by name;

-- name: set_setting(name, value, changed_by, changed_at)!
insert into shop_settings (name, value, changed_by, changed_at)
values (:name, :value, :changed_by, :changed_at)
on conflict (name) do update
set value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: levels
select level_id, name, position from customer_levels order by position, level_id;

-- name: price_rules
select
    rule.level_id, rule.category_id, rule.product_id, rule.pricing, category.name,
    above.name as name_above, top.name as name_at_top
from price_rules as rule
left join categories as category on rule.category_id = category.category_id
left join categories as above on category.parent_id = above.category_id
left join categories as top on above.parent_id = top.category_id
order by rule.rule_id;

-- name: short_codes
select product_id, code from short_codes;
