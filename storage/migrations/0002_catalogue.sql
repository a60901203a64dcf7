-- The catalogue. Ids are permanent: rows are never deleted, and no id is given out twice.

create table categories (
    category_id integer primary key autoincrement,
    parent_id integer references categories,
    name text not null
) strict;

-- A type has no parent, and two nulls are never equal.
create unique index categories_by_name on categories (coalesce(parent_id, 0), name);

create table products (
    product_id integer primary key autoincrement,
    code text not null unique,
    sub_id integer not null references categories,
    name text not null,
    note text not null,
    cost integer not null check (cost >= 0),
    is_ready integer not null check (is_ready in (0, 1)),
    is_repeatable integer not null check (is_repeatable in (0, 1)),
    cutoff_start integer check (cutoff_start between 0 and 1439),
    cutoff_end integer check (cutoff_end between 0 and 1439),
    -- The place in the supplier's list; null when the last list lacked it.
    position integer,
    check ((cutoff_start is null) = (cutoff_end is null))
) strict;

create index products_on_sale on products (position) where position is not null;

create table catalogue_fetches (
    only_row integer primary key check (only_row = 1),
    fetched_at integer not null
) strict;

create trigger categories_stay before delete on categories
begin
    select raise(abort, 'a category keeps its id for ever');
end;

create trigger products_stay before delete on products
begin
    select raise(abort, 'a product keeps its id for ever');
end;
