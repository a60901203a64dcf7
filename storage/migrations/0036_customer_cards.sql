-- What the shop knows about a customer: the words by which staff find them, the note, the block, the
-- credit limit that an owner granted, and figures of the last weeks. Triggers keep the figures, so
-- that no list of customers reads orders. The audit compares them with a recount.

-- The name, the user name and the ids, in small letters; the program writes it with each name.
alter table customers add column search_text text not null default '';

alter table customers add column note text not null default '';

alter table customers add column blocked_at integer;

alter table customers add column block_reason text not null default '';

-- How far the wallet may go below 0, as an owner granted it. Owners have the settings' limit.
alter table customers add column credit_limit integer not null default 0
check (credit_limit >= 0);

alter table customers add column last_order_at integer;

-- The orders in `customer_days` that succeeded.
alter table customers add column recent_orders integer not null default 0
check (recent_orders >= 0);

update customers
set search_text = lower(name) || ' ' || customer_id
where not exists (
    select 1 from telegram_accounts where telegram_accounts.customer_id = customers.customer_id
);

update customers
set search_text = lower(accounts.first_name) || ' @' || lower(accounts.username) || ' '
    || accounts.telegram_id || ' ' || customers.customer_id
from telegram_accounts as accounts
where accounts.customer_id = customers.customer_id;

update customers
set last_order_at = latest.created_at
from (
    select customer_id, max(created_at) as created_at from orders group by customer_id
) as latest
where latest.customer_id = customers.customer_id;

-- The ended orders of each customer by day of UTC, counted in days since 1970; days that are older
-- than a month are deleted.
create table customer_days (
    customer_id integer not null references customers,
    day integer not null,
    orders integer not null default 0,
    turnover integer not null default 0,
    margin integer not null default 0,
    failures integer not null default 0,
    -- Requests for help.
    complaints integer not null default 0,
    primary key (customer_id, day)
) strict;

create index customer_days_by_day on customer_days (day, customer_id);

insert into customer_days (customer_id, day, orders, turnover, margin, failures)
select
    customer_id,
    ended_at / 86400000000 as day,
    sum(case when state = 'succeeded' then 1 else 0 end),
    sum(case when state = 'succeeded' then price else 0 end),
    sum(case when state = 'succeeded' then price - coalesce(supplier_cost, cost) else 0 end),
    sum(case when state = 'failed' then 1 else 0 end)
from orders
where
    state in ('succeeded', 'failed')
    and ended_at is not null
    and ended_at >= (select max(created_at) from orders) - 3888000000000
group by customer_id, ended_at / 86400000000;

update customers
set recent_orders = counted.orders
from (
    select customer_id, sum(orders) as orders from customer_days group by customer_id
) as counted
where counted.customer_id = customers.customer_id;

-- Who bought for which number, to find customers by a part of it.
create table bought_numbers (
    destination text not null,
    customer_id integer not null references customers,
    -- The last four characters: people know how a number begins, or how it ends.
    ending text not null,
    primary key (destination, customer_id)
) strict;

create index bought_numbers_by_ending on bought_numbers (ending, destination, customer_id);

insert into bought_numbers (destination, customer_id, ending)
select destination, customer_id, substr(destination, -4)
from orders
group by destination, customer_id;

create trigger buyers_are_noted after insert on orders
begin
    update customers
    set last_order_at = new.created_at
    where customer_id = new.customer_id and coalesce(last_order_at, 0) < new.created_at;

    insert into bought_numbers (destination, customer_id, ending)
    values (new.destination, new.customer_id, substr(new.destination, -4))
    on conflict (destination, customer_id) do nothing;
end;

-- An order is inserted as an ended one only by programs that copy orders.
create trigger days_are_counted_at_insert after insert on orders
when new.state in ('succeeded', 'failed') and new.ended_at is not null
begin
    insert into customer_days (customer_id, day, orders, turnover, margin, failures)
    values (
        new.customer_id,
        new.ended_at / 86400000000,
        new.state = 'succeeded',
        case when new.state = 'succeeded' then new.price else 0 end,
        case
            when new.state = 'succeeded' then new.price - coalesce(new.supplier_cost, new.cost)
            else 0
        end,
        new.state = 'failed'
    )
    on conflict (customer_id, day) do update set
        orders = customer_days.orders + excluded.orders,
        turnover = customer_days.turnover + excluded.turnover,
        margin = customer_days.margin + excluded.margin,
        failures = customer_days.failures + excluded.failures;

    update customers
    set recent_orders = recent_orders + 1
    where customer_id = new.customer_id and new.state = 'succeeded';
end;

create trigger days_are_counted after update of state on orders
when
    new.state in ('succeeded', 'failed')
    and new.ended_at is not null
    and old.state not in ('succeeded', 'failed')
begin
    insert into customer_days (customer_id, day, orders, turnover, margin, failures)
    values (
        new.customer_id,
        new.ended_at / 86400000000,
        new.state = 'succeeded',
        case when new.state = 'succeeded' then new.price else 0 end,
        case
            when new.state = 'succeeded' then new.price - coalesce(new.supplier_cost, new.cost)
            else 0
        end,
        new.state = 'failed'
    )
    on conflict (customer_id, day) do update set
        orders = customer_days.orders + excluded.orders,
        turnover = customer_days.turnover + excluded.turnover,
        margin = customer_days.margin + excluded.margin,
        failures = customer_days.failures + excluded.failures;

    update customers
    set recent_orders = recent_orders + 1
    where customer_id = new.customer_id and new.state = 'succeeded';
end;

-- The supplier may charge another cost later.
create trigger days_follow_costs after update on orders
when
    old.state = 'succeeded'
    and new.state = 'succeeded'
    and coalesce(old.supplier_cost, old.cost) <> coalesce(new.supplier_cost, new.cost)
begin
    update customer_days
    set margin = margin
        + coalesce(old.supplier_cost, old.cost) - coalesce(new.supplier_cost, new.cost)
    where customer_id = new.customer_id and day = new.ended_at / 86400000000;
end;

create trigger days_are_taken_off after delete on customer_days
when old.orders > 0
begin
    update customers
    set recent_orders = recent_orders - old.orders
    where customer_id = old.customer_id;
end;

create index customers_by_age on customers (created_at, customer_id);

create index customers_by_activity on customers (recent_orders, customer_id)
where recent_orders > 0;

create index customers_blocked on customers (blocked_at, customer_id)
where blocked_at is not null;

create index customers_by_words on customers (search_text, customer_id);

create index accounts_owing on accounts ((posted - held), account_id)
where posted - held < 0;

-- A one-use link by which a Telegram account becomes that of a person without one.
create table account_links (
    token text primary key,
    customer_id integer not null references customers,
    created_at integer not null,
    used_at integer
) strict;

create index account_links_open on account_links (customer_id) where used_at is null;

insert into confirmation_kinds (kind) values ('customer'), ('customer_choice');
