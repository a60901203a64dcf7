-- name: open_wallet!
-- A wallet that owes more than the granted limit gets the owed amount as its credit limit.
insert into accounts (account_id, granted_limit, credit_limit)
values (:account_id, :granted_limit, :granted_limit)
on conflict (account_id) do update
set
    granted_limit = excluded.granted_limit,
    credit_limit = case
        when accounts.held - accounts.posted > excluded.granted_limit
            then accounts.held - accounts.posted
        else excluded.granted_limit
    end;

-- name: lower_credit_limits(debit_account, credit_account)!
-- Lowers a credit limit above the granted limit by each repayment, down to the granted limit.
update accounts
set
    credit_limit = case
        when held - posted > granted_limit then held - posted
        else granted_limit
    end
where account_id in (:debit_account, :credit_account) and credit_limit > granted_limit;

-- name: wallets_with_credit()
-- A credit limit is never below the granted limit.
select account_id
from accounts
where substr(account_id, 1, 7) = 'wallet:' and credit_limit > 0
order by account_id;

-- name: credited_by_hand(amount, since)
select *
from transfers
where purpose = 'credit' and created_at >= :since and amount = :amount
order by created_at desc, transfer_id desc;

-- name: has_credit(account_id)^
select 1 as found
from transfers
where credit_account = :account_id and purpose in ('topup', 'credit')
limit 1;

-- name: account(account_id)^
select * from accounts where account_id = :account_id;

-- name: record^
-- A trigger changes both balances.
insert into transfers (
    phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at,
    order_id, hold_id, actor_id, note
)
values (
    :phase, :purpose, :debit_account, :credit_account, :amount, :idempotency_key, :created_at,
    :order_id, :hold_id, :actor_id, :note
)
returning transfer_id;

-- name: transfer(transfer_id)^
select * from transfers where transfer_id = :transfer_id;

-- name: hold_of(order_id)^
select * from transfers where order_id = :order_id and phase = 'hold';

-- name: by_key(idempotency_key)^
select * from transfers where idempotency_key = :idempotency_key;

-- name: transfers_of(account_id, limit, offset)
-- Both halves are read from the newest on, by an index; no transfer is in both.
select * from transfers where debit_account = :account_id
union all
select * from transfers where credit_account = :account_id
order by transfer_id desc
limit :limit offset :offset;

-- name: wallets_total()^
-- A trigger keeps the sums.
select 'wallets' as account_id, posted, held, credit_limit from wallet_totals;
