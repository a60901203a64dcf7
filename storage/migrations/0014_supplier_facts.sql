-- Facts about the supplier are stored per account: another account may be on another panel, with
-- another clock.

create table supplier_facts (
    account text not null,
    name text not null,
    value text not null,
    primary key (account, name)
) strict;

-- Known facts are kept only if exactly one account has sent orders; otherwise their account is not
-- known. Deleted ones are learned again from the next rows. A skew of more than 15 hours (54,000 s)
-- was learned from an invalid row, and is deleted too.
insert into supplier_facts (account, name, value)
select senders.first, facts.name, facts.value
from facts
inner join (
    select min(account) as first, max(account) as last
    from orders
    where send_number is not null
) as senders on senders.first = senders.last
where
    facts.name in (
        'rows_seen_at', 'rows_seen_at_send', 'breaker_closed_at', 'breaker_closing_told'
    )
    or (
        facts.name in (
            'supplier_skew_seconds', 'supplier_skew_margin_seconds', 'supplier_skew_taught_by_send'
        )
        and not exists (
            select 1
            from facts as skew
            where
                skew.name = 'supplier_skew_seconds'
                and abs(cast(skew.value as bigint)) > 54000
        )
    );

delete from facts
where name in (
    'supplier_skew_seconds', 'supplier_skew_margin_seconds', 'supplier_skew_taught_by_send',
    'rows_seen_at', 'rows_seen_at_send', 'breaker_closed_at', 'breaker_closing_told'
);

-- An open breaker belongs to the account whose calls had no answer: the one that sent last.
update conditions
set
    name = 'breaker:' || (
        select account from orders where send_number is not null order by order_id desc limit 1
    )
where
    name = 'breaker'
    and exists (select 1 from orders where send_number is not null);

delete from conditions where name = 'breaker';
