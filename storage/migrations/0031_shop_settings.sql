-- The settings of the shop that its owner has changed in chat; for all others the value in `.env`
-- counts (`bot/domain/shop_settings.py`).

create table shop_settings (
    name text primary key,
    value text not null,
    changed_by integer not null,
    changed_at integer not null
) strict;

insert into confirmation_kinds (kind) values ('setting');
