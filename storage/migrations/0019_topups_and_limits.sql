-- One transfer is credited once, one top-up is open at a time, and a credit limit follows its rule.

-- What a confirm button may stand for is a row, so that a new kind needs no new table.
create table confirmation_kinds (kind text primary key) strict;

insert into confirmation_kinds (kind) values ('purchase'), ('adjustment'), ('topup'), ('deposit');

create table confirmations_of_kinds (
    token text primary key,
    actor_id integer not null,
    kind text not null references confirmation_kinds,
    payload text not null,
    created_at integer not null,
    used_at integer,
    outcome text not null
) strict;

insert into confirmations_of_kinds (
    token, actor_id, kind, payload, created_at, used_at, outcome
)
select token, actor_id, kind, payload, created_at, used_at, outcome from confirmations;

drop table confirmations;

alter table confirmations_of_kinds rename to confirmations;

create index confirmations_unused on confirmations (created_at) where used_at is null;

-- What an admin moved money with is kept as its transfer is.
create index confirmations_used on confirmations (used_at)
where used_at is not null and kind = 'purchase';

-- The request that took the place of this one.
alter table topups add column replaced_by integer references topups;

-- The message that shows its customer how to pay it.
alter table topups add column message_id integer;

create index topups_replaced on topups (replaced_by);

create index topups_by_total on topups ((amount + code), created_at);

create index topups_credited on topups (decided_at) where state = 'approved';

create index transfers_by_hand on transfers (created_at) where purpose = 'credit';

-- What the shop lends its owner today. `credit_limit` is that, or what is owed where that is more.
alter table accounts add column granted_limit integer not null default 0
check (granted_limit >= 0);
