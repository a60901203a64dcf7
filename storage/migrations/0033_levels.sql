-- Levels of customers, which have prices of their own (`bot/domain/prices.py`). A level that nobody
-- has can be deleted; its id is not given again.

create table customer_levels (
    level_id integer primary key autoincrement,
    name text not null check (name <> ''),
    position integer not null
) strict;

alter table customers add column level_id integer references customer_levels;

create index customers_by_level on customers (level_id) where level_id is not null;
