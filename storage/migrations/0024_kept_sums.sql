-- Sums that would grow with the shop are kept by triggers, so that no report counts all orders or
-- adds up all wallets. The audit compares each sum with a recount. Indexes so that no statement of
-- every day reads a table from end to end.

create table order_counts (
    state text primary key,
    orders integer not null check (orders >= 0)
) strict;

insert into order_counts (state, orders)
values
('queued', 0), ('sending', 0), ('accepted', 0), ('ambiguous', 0), ('parked', 0), ('succeeded', 0),
('failed', 0), ('cancelled', 0);

update order_counts
set orders = counted.orders
from (select state, count(*) as orders from orders group by state) as counted
where order_counts.state = counted.state;

alter table customers add column order_count integer not null default 0;

update customers
set order_count = counted.orders
from (select customer_id, count(*) as orders from orders group by customer_id) as counted
where customers.customer_id = counted.customer_id;

-- The orders that succeeded, by the quarter of an hour in which they ended: every time zone's day
-- begins with one.
create table sales (
    began_at integer primary key,
    orders integer not null,
    revenue integer not null,
    margin integer not null,
    at_counter integer not null
) strict;

insert into sales (began_at, orders, revenue, margin, at_counter)
select
    ended_at - ended_at % 900000000 as began_at,
    count(*),
    sum(price),
    sum(price - coalesce(supplier_cost, cost)),
    sum(is_counter_sale)
from orders
where state = 'succeeded' and ended_at is not null
group by ended_at - ended_at % 900000000;

-- The same orders by day of UTC, counted in days since 1970.
create table brand_sales (
    day integer not null,
    category_type text not null,
    main text not null,
    orders integer not null,
    primary key (day, category_type, main)
) strict;

insert into brand_sales (day, category_type, main, orders)
select ended_at / 86400000000 as day, category_type, main, count(*)
from orders
where state = 'succeeded' and ended_at is not null
group by ended_at / 86400000000, category_type, main;

create trigger orders_are_counted after insert on orders
begin
    update order_counts set orders = orders + 1 where state = new.state;

    update customers set order_count = order_count + 1 where customer_id = new.customer_id;
end;

create trigger orders_are_counted_by_state after update of state on orders
when new.state <> old.state
begin
    update order_counts
    set orders = orders + case state when new.state then 1 else -1 end
    where state in (old.state, new.state);
end;

-- An order is inserted as a sale only by programs that copy orders.
create trigger sales_are_counted_at_insert after insert on orders
when new.state = 'succeeded' and new.ended_at is not null
begin
    insert into sales (began_at, orders, revenue, margin, at_counter)
    values (
        new.ended_at - new.ended_at % 900000000, 1, new.price,
        new.price - coalesce(new.supplier_cost, new.cost), new.is_counter_sale
    )
    on conflict (began_at) do update set
        orders = sales.orders + 1,
        revenue = sales.revenue + excluded.revenue,
        margin = sales.margin + excluded.margin,
        at_counter = sales.at_counter + excluded.at_counter;

    insert into brand_sales (day, category_type, main, orders)
    values (new.ended_at / 86400000000, new.category_type, new.main, 1)
    on conflict (day, category_type, main) do update set orders = brand_sales.orders + 1;
end;

-- Also when the figures of a sale change: the supplier may charge another cost later.
create trigger sales_are_counted after update on orders
when
    new.state = 'succeeded'
    and new.ended_at is not null
    and (
        old.state <> 'succeeded'
        or coalesce(old.ended_at, 0) <> new.ended_at
        or coalesce(old.supplier_cost, old.cost) <> coalesce(new.supplier_cost, new.cost)
        or old.is_counter_sale <> new.is_counter_sale
        or old.category_type <> new.category_type
        or old.main <> new.main
    )
begin
    update sales
    set
        orders = orders - 1,
        revenue = revenue - old.price,
        margin = margin - old.price + coalesce(old.supplier_cost, old.cost),
        at_counter = at_counter - old.is_counter_sale
    where old.state = 'succeeded' and began_at = old.ended_at - old.ended_at % 900000000;

    update brand_sales
    set orders = orders - 1
    where
        old.state = 'succeeded'
        and day = old.ended_at / 86400000000
        and category_type = old.category_type
        and main = old.main;

    insert into sales (began_at, orders, revenue, margin, at_counter)
    values (
        new.ended_at - new.ended_at % 900000000, 1, new.price,
        new.price - coalesce(new.supplier_cost, new.cost), new.is_counter_sale
    )
    on conflict (began_at) do update set
        orders = sales.orders + 1,
        revenue = sales.revenue + excluded.revenue,
        margin = sales.margin + excluded.margin,
        at_counter = sales.at_counter + excluded.at_counter;

    insert into brand_sales (day, category_type, main, orders)
    values (new.ended_at / 86400000000, new.category_type, new.main, 1)
    on conflict (day, category_type, main) do update set orders = brand_sales.orders + 1;
end;

create table wallet_totals (
    only_row integer primary key check (only_row = 1),
    posted integer not null,
    held integer not null,
    credit_limit integer not null
) strict;

insert into wallet_totals (only_row, posted, held, credit_limit)
select 1, coalesce(sum(posted), 0), coalesce(sum(held), 0), coalesce(sum(credit_limit), 0)
from accounts
where substr(account_id, 1, 7) = 'wallet:';

create trigger wallets_are_added_up_at_opening after insert on accounts
when substr(new.account_id, 1, 7) = 'wallet:' and new.credit_limit <> 0
begin
    update wallet_totals set credit_limit = credit_limit + new.credit_limit;
end;

create trigger wallets_are_added_up after update of posted, held, credit_limit on accounts
when
    substr(new.account_id, 1, 7) = 'wallet:'
    and (
        new.posted <> old.posted
        or new.held <> old.held
        or new.credit_limit <> old.credit_limit
    )
begin
    update wallet_totals
    set
        posted = posted + new.posted - old.posted,
        held = held + new.held - old.held,
        credit_limit = credit_limit + new.credit_limit - old.credit_limit;
end;

create index accounts_with_credit on accounts (account_id) where credit_limit > 0;

-- The totals of all top-ups: when each was last asked for, because the code that is unused for
-- longest is given next, and until when a payment of it may arrive; null without a code.
create table topup_totals (
    total integer primary key,
    used_at integer not null,
    expires_at integer
) strict;

insert into topup_totals (total, used_at, expires_at)
select amount + code as total, max(created_at), max(case when code > 0 then expires_at end)
from topups
group by amount + code;

create trigger topup_totals_are_kept after insert on topups
begin
    insert into topup_totals (total, used_at, expires_at)
    values (
        new.amount + new.code, new.created_at, case when new.code > 0 then new.expires_at end
    )
    on conflict (total) do update set
        used_at = case
            when excluded.used_at > topup_totals.used_at then excluded.used_at
            else topup_totals.used_at
        end,
        expires_at = case
            when excluded.expires_at > coalesce(topup_totals.expires_at, 0) then excluded.expires_at
            else topup_totals.expires_at
        end;
end;

drop index topups_pending;

create index topups_pending on topups (customer_id, topup_id) where state = 'pending';

create index topups_awaiting_decision on topups (topup_id)
where
    state = 'pending' and (proof <> '' or (cancelled_at is null and expired_at is null));

create index topups_by_request on topups (customer_id, created_at);

-- For the notice to an admin that an amount was credited before.
drop index topups_credited;

create index topups_credited on topups (credited, decided_at) where state = 'approved';

-- The updates of an order's message are deleted earlier than other notices.
drop index outbox_done;

create index outbox_done on outbox (created_at)
where
    kind not in ('order', 'order_parked') and state in ('delivered', 'undeliverable', 'stale');

create index outbox_done_updates on outbox (created_at)
where kind in ('order', 'order_parked') and state in ('delivered', 'undeliverable', 'stale');

-- Whether no order has claimed the row. They are few, so they have an index of their own.
alter table supplier_rows add column is_unclaimed integer not null default 0
check (is_unclaimed in (0, 1));

update supplier_rows
set is_unclaimed = 1
where not exists (
    select 1
    from orders
    where orders.ref_id = supplier_rows.ref_id and orders.account = supplier_rows.account
);

create trigger rows_are_claimed_at_insert after insert on orders
when new.ref_id is not null
begin
    update supplier_rows
    set is_unclaimed = 0
    where account = new.account and ref_id = new.ref_id;
end;

create trigger rows_are_claimed after update of ref_id on orders
when coalesce(new.ref_id, '') <> coalesce(old.ref_id, '')
begin
    update supplier_rows
    set is_unclaimed = 1
    where account = old.account and ref_id = old.ref_id;

    update supplier_rows
    set is_unclaimed = 0
    where account = new.account and ref_id = new.ref_id;
end;

drop index supplier_rows_by_instant;

drop index supplier_rows_by_appearance;

create index supplier_rows_unclaimed on supplier_rows (account, first_seen_at)
where is_unclaimed = 1;

drop index orders_same_again;

create index orders_same_again on orders (customer_id, product_id, destination, created_at);

drop index orders_succeeded;

-- Only orders that are open or still polled are looked for by their state; the others are nearly
-- all orders.
drop index orders_by_state;

create index orders_by_state on orders (state, account, next_check_at)
where
    next_check_at is not null
    or state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked');

-- Only the audit used it.
drop index transfers_by_order;

drop index transfers_by_hand;

create index transfers_by_hand on transfers (amount, created_at) where purpose = 'credit';
