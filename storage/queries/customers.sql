-- name: get(customer_id)^
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    coalesce(accounts.telegram_language, '') as telegram_language,
    customers.chosen_language,
    coalesce(accounts.is_reachable, 0) as is_reachable,
    customers.created_at,
    customers.level_id,
    coalesce(staff.rights, '') as staff_rights,
    customers.membership
from customers
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join staff on customers.customer_id = staff.customer_id
where customers.customer_id = :customer_id;

-- name: by_telegram(telegram_id)^
select
    customers.customer_id,
    accounts.telegram_id,
    accounts.first_name as name,
    accounts.username,
    accounts.telegram_language,
    customers.chosen_language,
    accounts.is_reachable,
    customers.created_at,
    customers.level_id,
    coalesce(staff.rights, '') as staff_rights,
    customers.membership
from telegram_accounts as accounts
inner join customers on accounts.customer_id = customers.customer_id
left join staff on customers.customer_id = staff.customer_id
where accounts.telegram_id = :telegram_id;

-- name: telegram_id_of(customer_id)^
select telegram_id from telegram_accounts where customer_id = :customer_id;

-- name: update_account(telegram_id, first_name, username, telegram_language)!
update telegram_accounts
set
    first_name = :first_name,
    username = :username,
    telegram_language = :telegram_language,
    is_reachable = 1
where telegram_id = :telegram_id;

-- name: next_id()^
update id_counters set last_id = last_id + 1 where name = 'customers' returning last_id;

-- name: add(customer_id, name, created_at)!
insert into customers (customer_id, name, created_at) values (:customer_id, :name, :created_at);

-- name: set_search_text(customer_id, search_text)!
update customers
set search_text = :search_text
where customer_id = :customer_id and search_text <> :search_text;

-- name: add_account!
insert into telegram_accounts (
    telegram_id, customer_id, first_name, username, telegram_language, is_reachable, linked_at
)
values (
    :telegram_id, :customer_id, :first_name, :username, :telegram_language, 1, :linked_at
);

-- name: move_account(telegram_id, customer_id, linked_at)!
update telegram_accounts
set customer_id = :customer_id, linked_at = :linked_at
where telegram_id = :telegram_id and customer_id <> :customer_id;

-- name: is_known(telegram_id)^
select 1 as known from telegram_accounts where telegram_id = :telegram_id;

-- name: unlink_other(customer_id, telegram_id)!
delete from telegram_accounts
where customer_id = :customer_id and telegram_id <> :telegram_id;

-- name: unlink(customer_id)!
delete from telegram_accounts where customer_id = :customer_id;

-- name: choose_language(customer_id, language)!
update customers set chosen_language = :language where customer_id = :customer_id;

-- name: mark_unreachable(telegram_id)!
update telegram_accounts set is_reachable = 0 where telegram_id = :telegram_id;

-- name: set_membership(customer_id, membership)!
update customers set membership = :membership where customer_id = :customer_id;
