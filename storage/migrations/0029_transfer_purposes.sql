-- The purposes of transfers and the kinds of findings are rows, as the kinds of confirmations are,
-- so that a new one does not need a new table.

create table transfer_purposes (purpose text primary key) strict;

insert into transfer_purposes (purpose)
values ('purchase'), ('refund'), ('topup'), ('credit'), ('debit'), ('cost'), ('deposit');

create table transfers_of_purposes (
    transfer_id integer primary key autoincrement,
    phase text not null check (phase in ('single', 'hold', 'post', 'void')),
    purpose text not null references transfer_purposes,
    debit_account text not null references accounts,
    credit_account text not null references accounts,
    amount integer not null check (amount > 0),
    idempotency_key text not null unique,
    created_at integer not null,
    order_id integer references orders,
    -- A hold is resolved once.
    hold_id integer unique references transfers_of_purposes,
    actor_id integer,
    note text not null,
    check (debit_account <> credit_account),
    check ((phase in ('post', 'void')) = (hold_id is not null))
) strict;

-- No id is given out twice.
insert into sqlite_sequence (name, seq)
select 'transfers_of_purposes', seq from sqlite_sequence where name = 'transfers';

insert into transfers_of_purposes (
    transfer_id, phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at,
    order_id, hold_id, actor_id, note
)
select
    transfer_id, phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at,
    order_id, hold_id, actor_id, note
from transfers
order by transfer_id;

-- It reads transfers, which it must not miss while the table is renamed.
drop trigger accounts_move_by_transfers;

drop table transfers;

-- The foreign key of `hold_id` is renamed too.
alter table transfers_of_purposes rename to transfers;

create unique index transfers_one_hold_an_order on transfers (order_id) where phase = 'hold';

create unique index transfers_one_refund_an_order on transfers (order_id)
where purpose = 'refund';

create index transfers_by_debit on transfers (debit_account);

create index transfers_by_credit on transfers (credit_account);

create index transfers_by_hand on transfers (amount, created_at) where purpose = 'credit';

create trigger transfers_stay before delete on transfers
begin
    select raise(abort, 'a transfer is never deleted');
end;

create trigger transfers_never_change before update on transfers
begin
    select raise(abort, 'a transfer never changes');
end;

create trigger transfers_open_their_accounts before insert on transfers
begin
    insert into accounts (account_id) values (new.debit_account), (new.credit_account)
    on conflict (account_id) do nothing;
end;

create trigger transfers_repeat_their_hold before insert on transfers
when
    new.hold_id is not null
    and not exists (
        select 1
        from transfers as hold
        where
            hold.transfer_id = new.hold_id
            and hold.phase = 'hold'
            and hold.purpose = new.purpose
            and hold.debit_account = new.debit_account
            and hold.credit_account = new.credit_account
            and hold.amount = new.amount
            and coalesce(hold.order_id, 0) = coalesce(new.order_id, 0)
    )
begin
    select raise(abort, 'a post or void repeats a hold');
end;

create trigger transfers_move_balances after insert on transfers
begin
    update accounts
    set
        posted = posted - case when new.phase in ('single', 'post') then new.amount else 0 end,
        held = held + case new.phase
            when 'single' then 0
            when 'hold' then new.amount
            else -new.amount
        end,
        last_transfer_id = new.transfer_id
    where account_id = new.debit_account;

    update accounts
    set posted = posted + new.amount, last_transfer_id = new.transfer_id
    where account_id = new.credit_account and new.phase in ('single', 'post');
end;

-- A balance changes only with a new transfer: an earlier one has changed its accounts already.
create trigger accounts_move_by_transfers
before update of account_id, posted, held, last_transfer_id on accounts
when
    new.account_id <> old.account_id
    or new.last_transfer_id <= old.last_transfer_id
    or not exists (
        select 1
        from transfers as moved
        where
            moved.transfer_id = new.last_transfer_id
            and new.account_id in (moved.debit_account, moved.credit_account)
            and new.posted - old.posted = case
                when moved.phase not in ('single', 'post') then 0
                when moved.credit_account = new.account_id then moved.amount
                else -moved.amount
            end
            and new.held - old.held = case
                when moved.phase = 'single' or moved.credit_account = new.account_id then 0
                when moved.phase = 'hold' then moved.amount
                else -moved.amount
            end
    )
begin
    select raise(abort, 'only a transfer moves a balance');
end;

create table finding_kinds (kind text primary key) strict;

insert into finding_kinds (kind)
values
('unclaimed'), ('reversed'), ('delivered'), ('status'), ('price'), ('target'), ('date');

create table recon_findings_of_kinds (
    account text not null,
    kind text not null references finding_kinds,
    ref_id text not null check (ref_id <> ''),
    order_id integer references orders,
    detail text not null,
    found_at integer not null,
    closed_at integer,
    -- The admin who settled it; null when it came to an end by itself.
    closed_by integer,
    primary key (account, kind, ref_id)
) strict;

insert into recon_findings_of_kinds (
    account, kind, ref_id, order_id, detail, found_at, closed_at, closed_by
)
select account, kind, ref_id, order_id, detail, found_at, closed_at, closed_by
from recon_findings;

drop table recon_findings;

alter table recon_findings_of_kinds rename to recon_findings;

create index recon_findings_open on recon_findings (account, found_at) where closed_at is null;

create index recon_findings_by_order on recon_findings (order_id) where order_id is not null;

create index recon_findings_closed on recon_findings (closed_at)
where closed_at is not null and detail <> '';
