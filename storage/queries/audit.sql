-- Each statement is a rule. Its name says what must hold, and its rows are the violations.

-- name: transfers_sum_to_zero()
select 'all accounts together hold ' || total as place
from (select coalesce(sum(posted), 0) as total from accounts) as summed
where total <> 0;

-- name: balances_equal_their_transfers()
select account_id || ' shows ' || posted || ', its transfers make ' || moved as place
from (
    select
        account_id,
        posted,
        coalesce(
            (
                select sum(amount)
                from transfers
                where credit_account = account_id and phase in ('single', 'post')
            ),
            0
        ) - coalesce(
            (
                select sum(amount)
                from transfers
                where debit_account = account_id and phase in ('single', 'post')
            ),
            0
        ) as moved
    from accounts
) as summed
where posted <> moved
order by account_id;

-- name: held_money_equals_open_holds()
select account_id || ' shows ' || held || ', its open holds make ' || reserved as place
from (
    select
        account_id,
        held,
        coalesce(
            (
                select sum(hold.amount)
                from transfers as hold
                where
                    hold.debit_account = account_id
                    and hold.phase = 'hold'
                    and not exists (
                        select 1
                        from transfers as resolution
                        where resolution.hold_id = hold.transfer_id
                    )
            ),
            0
        ) as reserved
    from accounts
) as summed
where held <> reserved
order by account_id;

-- name: no_wallet_is_below_its_limit()
select account_id || ' is ' || (held - posted - credit_limit) || ' below its limit' as place
from accounts
where substr(account_id, 1, 7) = 'wallet:' and posted - held + credit_limit < 0
order by account_id;

-- name: ended_orders_have_their_hold_resolved_once()
select 'K' || order_id || ' is ' || state || ', its hold resolved ' || resolved || ' times' as place
from (
    select
        orders.order_id,
        orders.state,
        (
            select count(*)
            from transfers as hold
            inner join transfers as resolution on hold.transfer_id = resolution.hold_id
            where hold.order_id = orders.order_id and hold.phase = 'hold'
        ) as resolved
    from orders
    where orders.state in ('succeeded', 'failed', 'cancelled')
) as counted
where resolved <> 1
order by order_id;

-- name: open_orders_have_their_hold_open()
select 'K' || orders.order_id || ' is ' || orders.state as place
from orders
where
    orders.state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
    and not exists (
        select 1
        from transfers as hold
        where
            hold.order_id = orders.order_id
            and hold.phase = 'hold'
            and not exists (
                select 1
                from transfers as resolution
                where resolution.hold_id = hold.transfer_id
            )
    )
order by orders.order_id;

-- name: succeeded_orders_are_paid_and_no_others()
select 'K' || orders.order_id || ' is ' || orders.state || ', its hold ' || resolution.phase as place
from orders
inner join transfers as hold on orders.order_id = hold.order_id and hold.phase = 'hold'
inner join transfers as resolution on hold.transfer_id = resolution.hold_id
where
    (orders.state = 'succeeded' and resolution.phase <> 'post')
    or (orders.state in ('failed', 'cancelled') and resolution.phase <> 'void')
order by orders.order_id;

-- name: holds_are_the_price_from_the_customers_wallet()
select
    'K' || orders.order_id || ' costs ' || orders.price || ', held are ' || hold.amount || ' of '
    || hold.debit_account as place
from orders
inner join transfers as hold on orders.order_id = hold.order_id and hold.phase = 'hold'
where hold.amount <> orders.price or hold.debit_account <> 'wallet:' || orders.customer_id
order by orders.order_id;

-- name: refunds_do_not_exceed_charges()
select 'K' || order_id || ' was charged ' || charged || ' and refunded ' || refunded as place
from (
    select
        order_id,
        sum(case when phase = 'post' then amount else 0 end) as charged,
        sum(
            case when purpose = 'refund' and phase in ('single', 'post') then amount else 0 end
        ) as refunded
    from transfers
    where order_id is not null
    group by order_id
) as summed
where refunded > charged
order by order_id;

-- name: references_belong_to_one_order()
select 'reference ' || ref_id || ' belongs to ' || count(*) || ' orders' as place
from orders
where ref_id is not null
group by account, ref_id
having count(*) > 1
order by ref_id;

-- name: delivered_goods_are_the_ones_that_were_ordered()
-- Echoes of the same destination may be written differently, so the domain compares the rows that
-- this returns. `SqlSupplierRows.record` keeps the target of a row that has matched its order.
select
    'K' || orders.order_id || ' is for ' || orders.service_code || ' ' || orders.destination
    || ', its row ' || orders.ref_id || ' for ' || bought.service_code || ' '
    || bought.destination as place,
    orders.service_code as ordered_code,
    orders.destination as sent,
    bought.service_code,
    bought.destination as echo
from orders
inner join supplier_rows as bought
    on orders.account = bought.account and orders.ref_id = bought.ref_id
where
    orders.state = 'succeeded'
    and (
        orders.service_code <> bought.service_code or orders.destination <> bought.destination
    )
order by orders.order_id;

-- name: no_order_is_sending_beyond_the_timeout(sent_before)
select 'K' || order_id as place
from orders
where state = 'sending' and (sent_at is null or sent_at < :sent_before)
order by order_id;

-- name: ended_orders_have_their_message(forgotten_until)
-- Delivered notices of orders that ended earlier may have been deleted.
select 'K' || orders.order_id || ' is ' || orders.state as place
from orders
where
    orders.state in ('succeeded', 'failed', 'cancelled')
    and coalesce(orders.ended_at, orders.created_at) > :forgotten_until
    and not exists (
        select 1
        from outbox
        where
            outbox.subject_id = orders.order_id
            and outbox.kind = 'outcome'
            and outbox.chat_id = orders.customer_id
    )
order by orders.order_id;
