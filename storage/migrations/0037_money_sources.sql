-- Where the money of a credit or debit comes from or goes to: each source has an account of its own
-- (cash, bank, bonus, correction), which its first transfer opens. Sums for the owner's reports.

insert into transfer_purposes (purpose) values ('bonus'), ('correction'), ('withdrawal');

-- What was given to customers and taken back, by the quarter of an hour: every time zone's day
-- begins with one.
create table bonuses (
    began_at integer primary key,
    given integer not null,
    taken_back integer not null
) strict;

create trigger bonuses_are_added_up after insert on transfers
when new.purpose = 'bonus'
begin
    insert into bonuses (began_at, given, taken_back)
    values (
        new.created_at - new.created_at % 900000000,
        case new.debit_account when 'bonus' then new.amount else 0 end,
        case new.credit_account when 'bonus' then new.amount else 0 end
    )
    on conflict (began_at) do update set
        given = bonuses.given + excluded.given,
        taken_back = bonuses.taken_back + excluded.taken_back;
end;

-- The orders that succeeded, by brand and hour of UTC, counted in hours since 1970.
create table brand_hours (
    hour integer not null,
    category_type text not null,
    main text not null,
    orders integer not null,
    revenue integer not null,
    margin integer not null,
    primary key (hour, category_type, main)
) strict;

insert into brand_hours (hour, category_type, main, orders, revenue, margin)
select
    ended_at / 3600000000 as hour,
    category_type,
    main,
    count(*),
    sum(price),
    sum(price - coalesce(supplier_cost, cost))
from orders
where state = 'succeeded' and ended_at is not null
group by ended_at / 3600000000, category_type, main;

-- An order is inserted as a sale only by programs that copy orders.
create trigger brand_hours_are_counted_at_insert after insert on orders
when new.state = 'succeeded' and new.ended_at is not null
begin
    insert into brand_hours (hour, category_type, main, orders, revenue, margin)
    values (
        new.ended_at / 3600000000, new.category_type, new.main, 1, new.price,
        new.price - coalesce(new.supplier_cost, new.cost)
    )
    on conflict (hour, category_type, main) do update set
        orders = brand_hours.orders + 1,
        revenue = brand_hours.revenue + excluded.revenue,
        margin = brand_hours.margin + excluded.margin;
end;

-- Also when the figures of a sale change: the supplier may charge another cost later.
create trigger brand_hours_are_counted after update on orders
when
    new.state = 'succeeded'
    and new.ended_at is not null
    and (
        old.state <> 'succeeded'
        or coalesce(old.ended_at, 0) <> new.ended_at
        or coalesce(old.supplier_cost, old.cost) <> coalesce(new.supplier_cost, new.cost)
        or old.category_type <> new.category_type
        or old.main <> new.main
    )
begin
    update brand_hours
    set
        orders = orders - 1,
        revenue = revenue - old.price,
        margin = margin - old.price + coalesce(old.supplier_cost, old.cost)
    where
        old.state = 'succeeded'
        and hour = old.ended_at / 3600000000
        and category_type = old.category_type
        and main = old.main;

    insert into brand_hours (hour, category_type, main, orders, revenue, margin)
    values (
        new.ended_at / 3600000000, new.category_type, new.main, 1, new.price,
        new.price - coalesce(new.supplier_cost, new.cost)
    )
    on conflict (hour, category_type, main) do update set
        orders = brand_hours.orders + 1,
        revenue = brand_hours.revenue + excluded.revenue,
        margin = brand_hours.margin + excluded.margin;
end;
