-- The ledger: double entry, append-only. Triggers change the balances with each transfer, and
-- refuse any other change of a balance.

create table accounts (
    account_id text primary key,
    posted integer not null default 0,
    held integer not null default 0,
    credit_limit integer not null default 0,
    -- The last transfer that moved the balance.
    last_transfer_id integer not null default 0,
    constraint held_is_not_negative check (held >= 0),
    constraint credit_limit_is_not_negative check (credit_limit >= 0),
    constraint wallet_is_above_its_limit check (
        substr(account_id, 1, 7) <> 'wallet:' or posted - held + credit_limit >= 0
    )
) strict;

create table transfers (
    transfer_id integer primary key autoincrement,
    phase text not null check (phase in ('single', 'hold', 'post', 'void')),
    purpose text not null check (
        purpose in ('purchase', 'refund', 'topup', 'credit', 'debit', 'cost', 'deposit')
    ),
    debit_account text not null references accounts,
    credit_account text not null references accounts,
    amount integer not null check (amount > 0),
    idempotency_key text not null unique,
    created_at integer not null,
    order_id integer references orders,
    -- A hold is resolved once.
    hold_id integer unique references transfers,
    actor_id integer,
    note text not null,
    check (debit_account <> credit_account),
    check ((phase in ('post', 'void')) = (hold_id is not null))
) strict;

create unique index transfers_one_hold_an_order on transfers (order_id) where phase = 'hold';

create unique index transfers_one_refund_an_order on transfers (order_id)
where purpose = 'refund';

create index transfers_by_debit on transfers (debit_account);

create index transfers_by_credit on transfers (credit_account);

create index transfers_by_order on transfers (order_id) where order_id is not null;

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

create trigger accounts_begin_with_nothing before insert on accounts
when new.posted <> 0 or new.held <> 0 or new.last_transfer_id <> 0
begin
    select raise(abort, 'an account begins with nothing');
end;

create trigger accounts_stay before delete on accounts
begin
    select raise(abort, 'an account is never deleted');
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
