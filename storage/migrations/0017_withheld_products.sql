-- Products that are not sold because the supplier charged more than their price.

create table withheld_products (
    withheld_id integer primary key autoincrement,
    product_id integer not null references products,
    -- The order whose reply or row had the cost.
    order_id integer not null references orders,
    listed_cost integer not null check (listed_cost >= 0),
    cost integer not null check (cost > 0),
    price integer not null check (price > 0),
    withheld_at integer not null,
    -- When an admin released it for sale at this cost.
    released_at integer,
    released_by integer,
    -- When the listed cost reached this cost, or a record with a higher cost replaced this one.
    ended_at integer,
    check ((released_at is null) = (released_by is null)),
    check (cost > price)
) strict;

create unique index withheld_products_open
on withheld_products (product_id) where ended_at is null;

create index withheld_products_by_order on withheld_products (order_id);

create index withheld_products_by_product on withheld_products (product_id);
