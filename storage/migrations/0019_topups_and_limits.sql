-- One payment is credited once, a customer has one open top-up, and credit limits follow the rules.

-- The kinds of confirmations are rows, so that a new kind does not need a new table.
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

-- Confirmations with which an admin moved money are kept for ever, as the transfers are.
create index confirmations_used on confirmations (used_at)
where used_at is not null and kind = 'purchase';

-- The newer top-up that replaced this one.
alter table topups add column replaced_by integer references topups;

-- The message that shows the customer how to pay.
alter table topups add column message_id integer;

create index topups_replaced on topups (replaced_by);

create index topups_by_total on topups ((amount + code), created_at);

create index topups_credited on topups (decided_at) where state = 'approved';

create index transfers_by_hand on transfers (created_at) where purpose = 'credit';

-- The credit that the rules grant. `credit_limit` is this, or the amount owed if that is more.
alter table accounts add column granted_limit integer not null default 0
check (granted_limit >= 0);
