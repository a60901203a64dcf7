-- The owner's prices (`bot/domain/prices.py`). A rule is for everybody or for a level, and for a
-- product, a category of any depth, or everything. `pricing` is its terms, as `written` writes them.

create table price_rules (
    rule_id integer primary key autoincrement,
    level_id integer references customer_levels,
    category_id integer references categories,
    product_id integer references products,
    pricing text not null check (pricing <> ''),
    check (category_id is null or product_id is null)
) strict;

create unique index price_rules_by_target
on price_rules (coalesce(level_id, 0), coalesce(category_id, 0), coalesce(product_id, 0));

-- What was changed, so that the last change can be taken back. A level may be deleted later.

create table price_changes (
    change_id integer primary key autoincrement,
    level_id integer,
    category_id integer references categories,
    product_id integer references products,
    before text not null,
    after text not null,
    changed_by integer not null references customers,
    changed_at integer not null
) strict;

-- Short codes that the owner gave; an empty one takes a proposed code away.

create table short_codes (
    product_id integer primary key references products,
    code text not null
) strict;

create unique index short_codes_by_code on short_codes (code) where code <> '';

insert into confirmation_kinds (kind) values ('price');
