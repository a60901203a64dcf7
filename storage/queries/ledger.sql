-- name: open_wallet!
insert into accounts (account_id, credit_limit)
values (:account_id, :credit_limit)
on conflict (account_id) do update set credit_limit = excluded.credit_limit;

-- name: account(account_id)^
select * from accounts where account_id = :account_id;

-- name: record^
-- Both balances move by a trigger.
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
select *
from transfers
where debit_account = :account_id or credit_account = :account_id
order by transfer_id desc
limit :limit offset :offset;

-- name: wallets_total()^
select
    'wallets' as account_id,
    cast(coalesce(sum(posted), 0) as bigint) as posted,
    cast(coalesce(sum(held), 0) as bigint) as held,
    cast(coalesce(sum(credit_limit), 0) as bigint) as credit_limit
from accounts
where substr(account_id, 1, 7) = 'wallet:';
