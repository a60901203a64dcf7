-- The best sellers of a month are read in weeks instead of days: of five weeks, a shop with many
-- orders has hardly more rows by brand than one with few.

drop trigger sales_are_counted_at_insert;

drop trigger sales_are_counted;

-- The orders that succeeded, by week of UTC, counted in weeks since 1970: they begin on Thursdays.
create table brand_sales_by_week (
    week integer not null,
    category_type text not null,
    main text not null,
    orders integer not null,
    primary key (week, category_type, main)
) strict;

insert into brand_sales_by_week (week, category_type, main, orders)
select day / 7 as week, category_type, main, sum(orders)
from brand_sales
group by day / 7, category_type, main;

drop table brand_sales;

alter table brand_sales_by_week rename to brand_sales;

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

    insert into brand_sales (week, category_type, main, orders)
    values (new.ended_at / 604800000000, new.category_type, new.main, 1)
    on conflict (week, category_type, main) do update set orders = brand_sales.orders + 1;
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
        and week = old.ended_at / 604800000000
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

    insert into brand_sales (week, category_type, main, orders)
    values (new.ended_at / 604800000000, new.category_type, new.main, 1)
    on conflict (week, category_type, main) do update set orders = brand_sales.orders + 1;
end;
