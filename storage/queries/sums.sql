-- name: transfers()
select phase, purpose, count(*) as transfers, cast(sum(amount) as bigint) as amount
from transfers
group by phase, purpose
order by phase, purpose;

-- name: accounts()
select
    kind,
    count(*) as accounts,
    cast(sum(posted) as bigint) as posted,
    cast(sum(held) as bigint) as held,
    cast(sum(credit_limit) as bigint) as credit_limit
from (
    select
        case when substr(account_id, 1, 7) = 'wallet:' then 'wallet' else account_id end as kind,
        posted,
        held,
        credit_limit
    from accounts
) as balances
group by kind
order by kind;
