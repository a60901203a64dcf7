-- name: add^
insert into orders (
    account, customer_id, product_id, service_code, product_name, category_type, main,
    destination, price, cost, state, created_at, is_counter_sale, version, message_id,
    wait_reason, send_attempts, sent_at, send_number, ref_id, suspect_ref_id, supplier_cost,
    status_word, voucher, note, refusal, refusal_message, cancel_reason, park_reason, parked_at,
    announced_at, accepted_at, ambiguous_at, lookups, last_covering_miss_at,
    first_miss_after_60s_at, row_seen_at, next_check_at, ended_at, zone, target
)
values (
    :account, :customer_id, :product_id, :service_code, :product_name, :category_type, :main,
    :destination, :price, :cost, :state, :created_at, :is_counter_sale, :version, :message_id,
    :wait_reason, :send_attempts, :sent_at, :send_number, :ref_id, :suspect_ref_id,
    :supplier_cost, :status_word, :voucher, :note, :refusal, :refusal_message, :cancel_reason,
    :park_reason, :parked_at, :announced_at, :accepted_at, :ambiguous_at, :lookups,
    :last_covering_miss_at, :first_miss_after_60s_at, :row_seen_at, :next_check_at, :ended_at,
    :zone, :target
)
returning order_id;

-- name: save^
-- What was bought, by whom and for how much is compared and not set: SQLite writes an index anew
-- when a column of it is set, whether its value changes or not.
update orders
set (
    product_name, category_type, main, cost, state, is_counter_sale, version, message_id,
    wait_reason, send_attempts, sent_at, send_number, ref_id, suspect_ref_id, supplier_cost,
    status_word, voucher, note, refusal, refusal_message, cancel_reason, park_reason, parked_at,
    announced_at, accepted_at, ambiguous_at, lookups, last_covering_miss_at,
    first_miss_after_60s_at, row_seen_at, next_check_at, ended_at, zone
) = (
    :product_name, :category_type, :main, :cost, :state, :is_counter_sale, :version + 1,
    :message_id, :wait_reason, :send_attempts, :sent_at, :send_number, :ref_id, :suspect_ref_id,
    :supplier_cost, :status_word, :voucher, :note, :refusal, :refusal_message, :cancel_reason,
    :park_reason, :parked_at, :announced_at, :accepted_at, :ambiguous_at, :lookups,
    :last_covering_miss_at, :first_miss_after_60s_at, :row_seen_at, :next_check_at, :ended_at,
    :zone
)
where
    order_id = :order_id
    and version = :version
    and account = :account
    and customer_id = :customer_id
    and product_id = :product_id
    and service_code = :service_code
    and destination = :destination
    and price = :price
    and created_at = :created_at
returning version;

-- name: get(order_id)^
select * from orders where order_id = :order_id;

-- name: by_ref(account, ref_id)^
select * from orders where ref_id = :ref_id and account = :account;

-- name: claimed_since(account, send_number)
select ref_id
from orders
where account = :account and send_number > :send_number and ref_id is not null;

-- name: last_claimed_before(account, send_number)
select ref_id
from orders
where account = :account and send_number < :send_number and ref_id is not null
order by send_number desc
limit 1;

-- name: oldest_queued(account)^
select min(created_at) as created_at from orders where account = :account and state = 'queued';

-- name: queued_until(account, until, limit)
select *
from orders
where account = :account and state = 'queued' and created_at <= :until
order by created_at, order_id
limit :limit;

-- name: queued_of_withheld(account, limit)
select *
from orders
where
    account = :account
    and state = 'queued'
    and product_id in (
        select withheld_products.product_id
        from withheld_products
        where withheld_products.ended_at is null and withheld_products.released_at is null
    )
order by order_id
limit :limit;

-- name: sendable(account, since, attempts, after_id, limit)
-- Leaves out orders with the service and destination of an unresolved order. `target` is the
-- destination in the one form that is used for comparing.
select *
from orders as waiting
where
    waiting.account = :account
    and waiting.state = 'queued'
    and waiting.created_at > :since
    and (waiting.send_attempts, waiting.order_id) > (:attempts, :after_id)
    and not exists (
        select 1
        from orders as unresolved
        where
            unresolved.account = waiting.account
            and unresolved.service_code = waiting.service_code
            and unresolved.target = waiting.target
            and unresolved.state in ('sending', 'ambiguous', 'parked')
    )
order by waiting.send_attempts, waiting.order_id
limit :limit;

-- name: not_notified_of(account, reason, until, limit)
select *
from orders
where
    account = :account
    and state = 'queued'
    and (wait_reason is null or wait_reason <> :reason)
    and created_at <= :until
order by created_at, order_id
limit :limit;

-- name: not_notified_of_target(account, reason, until, limit)
-- Reads only the orders of blocked targets, by an index; as a condition of `not_notified_of` it
-- would read the whole queue. `coalesce` keeps the index by age from being used.
select *
from orders
where
    account = :account
    and state = 'queued'
    and (wait_reason is null or wait_reason <> :reason)
    and coalesce(created_at, 0) <= :until
    and (service_code, target) in (
        select
            unresolved.service_code,
            unresolved.target
        from orders as unresolved
        where
            unresolved.account = :account
            and unresolved.state in ('sending', 'ambiguous', 'parked')
    )
order by order_id
limit :limit;

-- name: in_states
-- One parameter for each state; the parameters of unwanted states are null. The open states are
-- written out for the index.
select *
from orders
where
    account = :account
    and state in (:state_0, :state_1, :state_2, :state_3, :state_4, :state_5, :state_6, :state_7)
    and state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
order by order_id;

-- name: passed_by_sends(account, send_number)
-- `coalesce` keeps the index by send number from being used: most sent orders ended long ago.
select *
from orders
where
    account = :account
    and state in ('sending', 'ambiguous')
    and coalesce(send_number, 0) <= :send_number;

-- name: unresolved_targets(account)
select service_code, destination
from orders
where account = :account and state in ('sending', 'ambiguous', 'parked');

-- name: unfinished()
select *
from orders
where state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
order by order_id;

-- name: due
select *
from orders
where
    account = :account
    and state in (:state_0, :state_1, :state_2, :state_3, :state_4, :state_5, :state_6, :state_7)
    and next_check_at <= :until
    and case when ref_id is null then 0 else 1 end = :has_ref
order by next_check_at, order_id
limit :limit;

-- name: next_due^
select min(next_check_at) as next_due
from orders
where
    account = :account
    and state in (:state_0, :state_1, :state_2, :state_3, :state_4, :state_5, :state_6, :state_7)
    and next_check_at > 0
    and case when ref_id is null then 0 else 1 end = :has_ref;

-- name: newest_send(account)^
select send_number, sent_at
from orders
where account = :account and send_number is not null
order by send_number desc
limit 1;

-- name: ambiguous_since(account, since)
-- Orders with a refusal are left out: a refusal is an answer.
select ambiguous_at
from orders
where account = :account and ambiguous_at > :since and refusal is null
order by ambiguous_at;

-- name: open_of(customer_id)
select *
from orders
where
    customer_id = :customer_id
    and state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
order by order_id desc;

-- name: newest_of(customer_id, limit, offset)
select *
from orders
where customer_id = :customer_id
order by order_id desc
limit :limit offset :offset;

-- name: order_count(customer_id)^
select order_count from customers where customer_id = :customer_id;

-- name: found_of
-- One row of `terms` for each search term, with one column for each spelling that it may have. The
-- rows of missing terms are null. A missing spelling is empty: nothing is like it, since neither
-- the words nor the destination of an order are ever empty.
with
terms (name_0, name_1, name_2, number_0, number_1) as (
    values
    (:name_0_0, :name_0_1, :name_0_2, :number_0_0, :number_0_1),
    (:name_1_0, :name_1_1, :name_1_2, :number_1_0, :number_1_1),
    (:name_2_0, :name_2_1, :name_2_2, :number_2_0, :number_2_1),
    (:name_3_0, :name_3_1, :name_3_2, :number_3_0, :number_3_1)
),

own as materialized (
    select
        order_id,
        destination,
        lower(' ' || product_name || ' ' || main || ' ' || category_type || ' ') as words
    from orders
    where customer_id = :customer_id
)

select own.order_id
from own
where not exists (
    select 1
    from terms
    where
        terms.name_0 is not null
        and not (
            own.words like terms.name_0
            or own.words like terms.name_1
            or own.words like terms.name_2
            or own.destination like terms.number_0
            or own.destination like terms.number_1
        )
)
order by own.order_id desc;

-- name: succeeded_of(customer_id, limit)
select *
from orders
where customer_id = :customer_id and state = 'succeeded'
order by order_id desc
limit :limit;

-- name: latest_same(customer_id, product_id, destination, since)^
select *
from orders
where
    customer_id = :customer_id
    and product_id = :product_id
    and destination = :destination
    and created_at >= :since
    and state not in ('cancelled', 'failed')
order by order_id desc
limit 1;

-- name: count_open_beside(product_id, order_id)^
select count(*) as orders
from orders
where
    product_id = :product_id
    and order_id <> :order_id
    and state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked');

-- name: counts_by_state()
-- A trigger keeps the counts.
select state, orders from order_counts where orders > 0;

-- name: oldest_by_state()
-- Since when each of the open states has an order. The states are written out for the index.
select
    state,
    min(
        case state
            when 'sending' then coalesce(sent_at, created_at)
            when 'accepted' then coalesce(accepted_at, created_at)
            when 'ambiguous' then coalesce(ambiguous_at, created_at)
            when 'parked' then coalesce(parked_at, created_at)
            else created_at
        end
    ) as since
from orders
where state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
group by state;

-- name: sales_since(began_at)^
-- A trigger keeps the sums.
select
    cast(coalesce(sum(orders), 0) as bigint) as orders,
    cast(coalesce(sum(revenue), 0) as bigint) as revenue,
    cast(coalesce(sum(margin), 0) as bigint) as margin,
    cast(coalesce(sum(at_counter), 0) as bigint) as at_counter
from sales
where began_at >= :began_at;

-- name: sold_since(week)
-- A trigger keeps the sums.
select category_type, main, cast(sum(orders) as bigint) as orders
from brand_sales
where week >= :week
group by category_type, main
having sum(orders) > 0;

-- name: outcomes_by_brand(since, until)
select
    category_type, main,
    cast(sum(case state when 'succeeded' then 1 else 0 end) as bigint) as succeeded,
    cast(sum(case state when 'failed' then 1 else 0 end) as bigint) as failed
from orders
where state in ('succeeded', 'failed') and ended_at >= :since and ended_at < :until
group by category_type, main
order by category_type, main;

-- name: find(order_id, term, customer_id, limit)
-- Each part reads its newest orders by an index.
select *
from orders
where order_id in (
    select order_id from orders where order_id = :order_id
    union
    select order_id from orders where ref_id = :term
    union
    select order_id
    from (
        select order_id
        from orders
        where destination = :term
        order by order_id desc
        limit :limit
    ) as to_number
    union
    select order_id
    from (
        select order_id
        from orders
        where customer_id = :customer_id
        order by order_id desc
        limit :limit
    ) as of_customer
)
order by order_id desc
limit :limit;
