-- Top-ups with a code: the total identifies the payer.

alter table topups add column code integer not null default 0 check (code between 0 and 999);

alter table topups add column expires_at integer;

-- While a total is reserved, no other top-up gets the same total.
alter table topups add column is_reserved integer not null default 0 check (is_reserved in (0, 1));

alter table topups add column credited integer check (credited > 0);

alter table topups add column reason text not null default '';

-- Telegram's id of the transfer's picture, as the customer sent it.
alter table topups add column proof text not null default '';

create unique index topups_one_open_amount on topups ((amount + code))
where state = 'pending' and is_reserved = 1;

create index topups_of_customer on topups (customer_id, topup_id);
