-- A person has an id of Konter's own, and a Telegram account is linked to it. Until now a person's
-- id was the id of their Telegram account; they keep it, so that wallets, orders and buttons stay
-- right.

create table telegram_accounts (
    telegram_id integer primary key,
    -- A person has at most one account.
    customer_id integer not null unique references customers,
    first_name text not null,
    username text not null,
    telegram_language text not null,
    is_reachable integer not null check (is_reachable in (0, 1)),
    linked_at integer not null
) strict;

insert into telegram_accounts (
    telegram_id, customer_id, first_name, username, telegram_language, is_reachable, linked_at
)
select
    customer_id, customer_id, first_name, username, telegram_language, is_reachable, created_at
from customers;

alter table customers drop column first_name;

alter table customers drop column username;

alter table customers drop column telegram_language;

alter table customers drop column is_reachable;

-- The shop's name for a person without a Telegram account; otherwise empty.
alter table customers add column name text not null default '';

-- The last id that was given to a row of a table. Persons' ids begin above 2^52, the highest
-- Telegram id, so that a number is never both. They are not counted by the table itself, because
-- the ids that restores skip are far lower.
create table id_counters (
    name text primary key,
    last_id integer not null
) strict;

-- An id above, which no Telegram account has had so far, must not be given again.
insert into id_counters (name, last_id)
select 'customers', max(5000000000000000, coalesce(max(customer_id), 0))
from customers;

create trigger customers_stay before delete on customers
begin
    select raise(abort, 'a person is never deleted');
end;
