-- name: seen(customer_id, first_name, username, telegram_language, at)^
insert into customers (
    customer_id, first_name, username, telegram_language, is_reachable, created_at
)
values (:customer_id, :first_name, :username, :telegram_language, 1, :at)
on conflict (customer_id) do update set
    first_name = excluded.first_name,
    username = excluded.username,
    telegram_language = excluded.telegram_language,
    is_reachable = 1
returning *;

-- name: get(customer_id)^
select * from customers where customer_id = :customer_id;

-- name: choose_language(customer_id, language)!
update customers set chosen_language = :language where customer_id = :customer_id;

-- name: mark_unreachable(customer_id)!
update customers set is_reachable = 0 where customer_id = :customer_id;
