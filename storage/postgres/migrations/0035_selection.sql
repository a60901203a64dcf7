-- What the owner decided about types, brands, subs and products: who may buy them, what they are
-- called, and since when they are disrupted (`bot/domain/selection.py`). Of several choices about a
-- product the narrowest counts; without any it is sold to everybody.

create table category_choices (
    category_id bigint primary key references categories deferrable,
    sold_to text collate "C" not null check (sold_to in ('everybody', 'staff', 'nobody')),
    disrupted_at bigint,
    note text collate "C" not null,
    name text collate "C" not null,
    position bigint
);

create table product_choices (
    product_id bigint primary key references products deferrable,
    sold_to text collate "C" not null check (sold_to in ('everybody', 'staff', 'nobody')),
    disrupted_at bigint,
    note text collate "C" not null
);

-- For the rate of success of each brand in the last hours.
create index orders_by_end on orders (ended_at, category_type, main, state)
where state in ('succeeded', 'failed');
