-- Where the money of a credit or debit comes from or goes to: each source has an account of its own
-- (cash, bank, bonus, correction), which its first transfer opens. Sums for the owner's reports.

insert into transfer_purposes (purpose) values ('bonus'), ('correction'), ('withdrawal');

-- What was given to customers and taken back, by the quarter of an hour: every time zone's day
-- begins with one.
create table bonuses (
    began_at bigint primary key,
    given bigint not null,
    taken_back bigint not null
);

create function add_up_bonuses() returns trigger language plpgsql as $$
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
    return null;
end;
$$;

create trigger bonuses_are_added_up after insert on transfers
for each row when (new.purpose = 'bonus')
execute function add_up_bonuses();

-- The orders that succeeded, by brand and hour of UTC, counted in hours since 1970.
create table brand_hours (
    hour bigint not null,
    category_type text collate "C" not null,
    main text collate "C" not null,
    orders bigint not null,
    revenue bigint not null,
    margin bigint not null,
    primary key (hour, category_type, main)
);

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

create function count_brand_hours() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state = 'succeeded' then
        update brand_hours
        set
            orders = orders - 1,
            revenue = revenue - old.price,
            margin = margin - old.price + coalesce(old.supplier_cost, old.cost)
        where
            hour = old.ended_at / 3600000000
            and category_type = old.category_type
            and main = old.main;
    end if;

    insert into brand_hours (hour, category_type, main, orders, revenue, margin)
    values (
        new.ended_at / 3600000000, new.category_type, new.main, 1, new.price,
        new.price - coalesce(new.supplier_cost, new.cost)
    )
    on conflict (hour, category_type, main) do update set
        orders = brand_hours.orders + 1,
        revenue = brand_hours.revenue + excluded.revenue,
        margin = brand_hours.margin + excluded.margin;
    return null;
end;
$$;

-- An order is inserted as a sale only by programs that copy orders.
create trigger brand_hours_are_counted_at_insert after insert on orders
for each row when (new.state = 'succeeded' and new.ended_at is not null)
execute function count_brand_hours();

-- Also when the figures of a sale change: the supplier may charge another cost later.
create trigger brand_hours_are_counted after update on orders
for each row when (
    new.state = 'succeeded'
    and new.ended_at is not null
    and (
        old.state <> 'succeeded'
        or coalesce(old.ended_at, 0) <> new.ended_at
        or coalesce(old.supplier_cost, old.cost) <> coalesce(new.supplier_cost, new.cost)
        or old.category_type <> new.category_type
        or old.main <> new.main
    )
)
execute function count_brand_hours();
