-- The settings of the shop that its owner has changed in chat; for all others the value in `.env`
-- counts (`bot/domain/shop_settings.py`).

create table shop_settings (
    name text collate "C" primary key,
    value text collate "C" not null,
    changed_by bigint not null,
    changed_at bigint not null
);

insert into confirmation_kinds (kind) values ('setting');
