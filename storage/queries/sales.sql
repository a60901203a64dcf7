-- Triggers keep the sums.

-- name: sales_between(since, until)^
select
    cast(coalesce(sum(orders), 0) as bigint) as orders,
    cast(coalesce(sum(revenue), 0) as bigint) as revenue,
    cast(coalesce(sum(margin), 0) as bigint) as margin,
    cast(coalesce(sum(at_counter), 0) as bigint) as at_counter,
    coalesce(min(case when orders > 0 then began_at end), 0) as first_at
from sales
where began_at >= :since and began_at < :until;

-- name: bonuses_between(since, until)^
select cast(coalesce(sum(given - taken_back), 0) as bigint) as bonuses
from bonuses
where began_at >= :since and began_at < :until;

-- name: paid_in_between(since, until)^
select count(*) as payments, cast(coalesce(sum(amount), 0) as bigint) as amount
from transfers
where purpose in ('topup', 'credit') and created_at >= :since and created_at < :until;

-- name: brands_between(since, until, limit)
select
    main,
    cast(sum(orders) as bigint) as orders,
    cast(sum(revenue) as bigint) as revenue,
    cast(sum(margin) as bigint) as margin
from brand_hours
where hour >= :since and hour < :until
group by main
having sum(orders) > 0
order by sum(orders) desc, sum(revenue) desc, main
limit :limit;

-- name: cheapest_of_latest(account, latest)^
select min(coalesce(supplier_cost, cost)) as cost
from orders
where
    order_id > (select coalesce(max(order_id), 0) from orders) - :latest
    and account = :account
    and state in ('accepted', 'succeeded');
