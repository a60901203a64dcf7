-- The settings of the shop that its owner has changed in chat; for all others the value in `.env`
-- counts (`bot/domain/shop_settings.py`).

create table shop_settings (
    name text collate "C" primary key,
    value text collate "C" not null,
    changed_by bigint not null,
    changed_at bigint not null
);

insert into confirmation_kinds (kind) values ('setting');

-- A shop that has customers already is open: its owner is not asked the questions of a first start.
insert into shop_settings (name, value, changed_by, changed_at)
select 'is_set_up', '1', 0, 0 where exists (select 1 from customers);
