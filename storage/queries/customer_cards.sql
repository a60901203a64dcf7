-- name: newest(limit, offset)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from customers
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id
order by customers.created_at desc, customers.customer_id desc
limit :limit offset :offset;

-- name: most_active(limit, offset)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from customers
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id
where customers.recent_orders > 0
order by customers.recent_orders desc, customers.customer_id desc
limit :limit offset :offset;

-- name: owing(limit, offset)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    wallets.posted - wallets.held as balance,
    customers.blocked_at
from accounts as wallets
inner join customers
    on customers.customer_id = case
        when substr(wallets.account_id, 1, 7) = 'wallet:'
            then cast(substr(wallets.account_id, 8) as bigint)
    end
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
where wallets.posted - wallets.held < 0
order by wallets.posted - wallets.held, wallets.account_id
limit :limit offset :offset;

-- name: blocked(limit, offset)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from customers
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id
where customers.blocked_at is not null
order by customers.blocked_at desc, customers.customer_id desc
limit :limit offset :offset;

-- name: rows_of(customer_id)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from customers
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id
where customers.customer_id = :customer_id;

-- name: named(part, limit)
-- Reads the words of all customers, from an index that has nothing else.
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from (
    select customer_id
    from customers
    where search_text like :part escape '\'
    order by search_text, customer_id
    limit :limit
) as found
inner join customers on found.customer_id = customers.customer_id
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id;

-- name: bought_for(first, last, limit)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from (
    select destination, customer_id
    from bought_numbers
    where destination >= :first and destination < :last
    order by destination, customer_id
    limit :limit
) as found
inner join customers on found.customer_id = customers.customer_id
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id;

-- name: bought_for_ending(ending, part, limit)
select
    customers.customer_id,
    accounts.telegram_id,
    coalesce(accounts.first_name, customers.name) as name,
    coalesce(accounts.username, '') as username,
    customers.created_at,
    customers.recent_orders,
    coalesce(wallets.posted - wallets.held, 0) as balance,
    customers.blocked_at
from (
    select destination, customer_id
    from bought_numbers
    where ending = :ending and destination like :part escape '\'
    order by destination, customer_id
    limit :limit
) as found
inner join customers on found.customer_id = customers.customer_id
left join telegram_accounts as accounts on customers.customer_id = accounts.customer_id
left join accounts as wallets on wallets.account_id = 'wallet:' || customers.customer_id;

-- name: file(customer_id)^
select customer_id, note, blocked_at, block_reason, credit_limit, last_order_at
from customers
where customer_id = :customer_id;

-- name: set_note(customer_id, note)!
update customers set note = :note where customer_id = :customer_id;

-- name: set_block(customer_id, blocked_at, reason)!
update customers
set blocked_at = :blocked_at, block_reason = :reason
where customer_id = :customer_id;

-- name: set_credit_limit(customer_id, credit_limit)!
update customers set credit_limit = :credit_limit where customer_id = :customer_id;

-- name: set_level(customer_id, level_id)!
update customers set level_id = :level_id where customer_id = :customer_id;

-- name: figures(customer_id, since)^
select
    cast(coalesce(sum(orders), 0) as bigint) as orders,
    cast(coalesce(sum(turnover), 0) as bigint) as turnover,
    cast(coalesce(sum(margin), 0) as bigint) as margin,
    cast(coalesce(sum(failures), 0) as bigint) as failures,
    cast(coalesce(sum(complaints), 0) as bigint) as complaints
from customer_days
where customer_id = :customer_id and day >= :since;

-- name: count_complaint(customer_id, day)!
insert into customer_days (customer_id, day, complaints)
values (:customer_id, :day, 1)
on conflict (customer_id, day) do update set complaints = customer_days.complaints + 1;

-- name: forget_days(before, limit)!
delete from customer_days
where (day, customer_id) in (
    select day, customer_id
    from customer_days
    where day < :before
    order by day, customer_id
    limit :limit
);

-- name: end_links(customer_id, at)!
update account_links set used_at = :at where customer_id = :customer_id and used_at is null;

-- name: add_link(token, customer_id, at)!
insert into account_links (token, customer_id, created_at) values (:token, :customer_id, :at);

-- name: use_link(token, since, at)^
update account_links
set used_at = :at
where token = :token and used_at is null and created_at >= :since
returning customer_id;
