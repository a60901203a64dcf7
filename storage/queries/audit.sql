-- Each statement is a rule. Its name says what must hold, and its rows are the violations.

-- name: transfers_sum_to_zero()
select 'all accounts together hold ' || total as place
from (select coalesce(sum(posted), 0) as total from accounts) as summed
where total <> 0;

-- name: balances_equal_their_transfers()
-- Reads the transfers from end to end: by an index it would take three times as long.
select account_id || ' shows ' || shown || ', its transfers make ' || moved as place
from (
    select account_id, cast(sum(shown) as bigint) as shown, cast(sum(moved) as bigint) as moved
    from (
        select account_id, posted as shown, 0 as moved from accounts
        union all
        select credit_account as account_id, 0 as shown, amount as moved
        from transfers
        where phase in ('single', 'post')
        union all
        select debit_account as account_id, 0 as shown, -amount as moved
        from transfers
        where phase in ('single', 'post')
    ) as moves
    group by account_id
) as summed
where shown <> moved
order by account_id;

-- name: held_money_equals_open_holds()
select account_id || ' shows ' || shown || ', its open holds make ' || reserved as place
from (
    select
        account_id, cast(sum(shown) as bigint) as shown, cast(sum(reserved) as bigint) as reserved
    from (
        select account_id, held as shown, 0 as reserved from accounts
        union all
        select hold.debit_account as account_id, 0 as shown, hold.amount as reserved
        from transfers as hold
        where
            hold.phase = 'hold'
            and not exists (
                select 1
                from transfers as resolution
                where resolution.hold_id = hold.transfer_id
            )
    ) as holds
    group by account_id
) as summed
where shown <> reserved
order by account_id;

-- name: no_wallet_is_below_its_limit()
select account_id || ' is ' || (held - posted - credit_limit) || ' below its limit' as place
from accounts
where substr(account_id, 1, 7) = 'wallet:' and posted - held + credit_limit < 0
order by account_id;

-- name: wallets_belong_to_persons()
select wallets.account_id || ' belongs to nobody' as place
from accounts as wallets
left join (
    select 'wallet:' || customer_id as account_id from customers
) as owned on wallets.account_id = owned.account_id
where substr(wallets.account_id, 1, 7) = 'wallet:' and owned.account_id is null
order by wallets.account_id;

-- name: persons_were_given_their_ids()
-- Ids that are not those of old Telegram accounts (from 2^52) come from the counter.
select 'person ' || customer_id || ' has an id that was not given' as place
from customers
where
    customer_id >= 4503599627370496
    and customer_id > coalesce((select last_id from id_counters where name = 'customers'), 0)
order by customer_id;

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
        refunds.order_id,
        refunds.refunded,
        (
            select cast(coalesce(sum(charge.amount), 0) as bigint)
            from transfers as hold
            inner join transfers as charge on hold.transfer_id = charge.hold_id
            where
                hold.order_id = refunds.order_id
                and hold.phase = 'hold'
                and charge.phase = 'post'
        ) as charged
    from (
        select order_id, cast(sum(amount) as bigint) as refunded
        from transfers
        where purpose = 'refund' and phase in ('single', 'post') and order_id is not null
        group by order_id
    ) as refunds
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
-- Delivered notices of orders that ended earlier may have been deleted. A person whose account was
-- linked later, or who has none, had no chat to notify.
select 'K' || orders.order_id || ' is ' || orders.state as place
from orders
inner join telegram_accounts on orders.customer_id = telegram_accounts.customer_id
where
    orders.state in ('succeeded', 'failed', 'cancelled')
    and coalesce(orders.ended_at, orders.created_at) > :forgotten_until
    and coalesce(orders.ended_at, orders.created_at) >= telegram_accounts.linked_at
    and not exists (
        select 1
        from outbox
        where
            outbox.subject_id = orders.order_id
            and outbox.kind = 'outcome'
            and outbox.chat_id = telegram_accounts.telegram_id
    )
order by orders.order_id;

-- name: orders_are_counted_by_state()
select 'of ' || state || ' orders ' || kept || ' are counted, there are ' || counted as place
from (
    select state, cast(sum(kept) as bigint) as kept, cast(sum(counted) as bigint) as counted
    from (
        select state, orders as kept, 0 as counted from order_counts
        union all
        select state, 0 as kept, count(*) as counted from orders group by state
    ) as counts
    group by state
) as summed
where kept <> counted
order by state;

-- name: orders_are_counted_by_customer()
select 'customer ' || customer_id || ' has ' || counted || ' orders, counted are ' || kept as place
from (
    select customer_id, cast(sum(kept) as bigint) as kept, cast(sum(counted) as bigint) as counted
    from (
        select customer_id, order_count as kept, 0 as counted from customers
        union all
        select customer_id, 0 as kept, count(*) as counted from orders group by customer_id
    ) as counts
    group by customer_id
) as summed
where kept <> counted
order by customer_id;

-- name: days_of_customers_are_counted()
-- Old days are deleted in batches, the oldest first: of the oldest some customers may be left.
select
    'customer ' || customer_id || ' on day ' || day || ' is off by ' || orders || ' orders, '
    || turnover || ' turnover, ' || margin || ' margin, ' || failures || ' failures' as place
from (
    select
        customer_id,
        day,
        cast(sum(orders) as bigint) as orders,
        cast(sum(turnover) as bigint) as turnover,
        cast(sum(margin) as bigint) as margin,
        cast(sum(failures) as bigint) as failures,
        sum(kept) as kept
    from (
        select customer_id, day, orders, turnover, margin, failures, 1 as kept
        from customer_days
        union all
        select
            customer_id,
            ended_at / 86400000000 as day,
            case when state = 'succeeded' then -1 else 0 end as orders,
            case when state = 'succeeded' then -price else 0 end as turnover,
            case
                when state = 'succeeded' then coalesce(supplier_cost, cost) - price
                else 0
            end as margin,
            case when state = 'failed' then -1 else 0 end as failures,
            0 as kept
        from orders
        where state in ('succeeded', 'failed') and ended_at is not null
    ) as counts
    group by customer_id, day
) as summed
where
    (kept > 0 or day > (select min(day) from customer_days))
    and (orders <> 0 or turnover <> 0 or margin <> 0 or failures <> 0)
order by customer_id, day;

-- name: recent_orders_are_the_days_orders()
select
    'customer ' || customer_id || ' shows ' || kept || ' recent orders, days have ' || counted
        as place
from (
    select customer_id, cast(sum(kept) as bigint) as kept, cast(sum(counted) as bigint) as counted
    from (
        select customer_id, recent_orders as kept, 0 as counted from customers
        union all
        select customer_id, 0 as kept, orders as counted from customer_days
    ) as counts
    group by customer_id
) as summed
where kept <> counted
order by customer_id;

-- name: granted_limits_are_the_wallets()
select
    'customer ' || customers.customer_id || ' was granted ' || customers.credit_limit
    || ', the wallet has ' || coalesce(accounts.granted_limit, 0) as place
from customers
left join accounts on accounts.account_id = 'wallet:' || customers.customer_id
where
    customers.credit_limit > 0 and coalesce(accounts.granted_limit, 0) < customers.credit_limit
order by customers.customer_id;

-- name: sales_are_added_up()
select
    'the quarter of an hour ' || began_at || ' is off by ' || orders || ' orders, revenue '
    || revenue || ', margin ' || margin || ', at the counter ' || at_counter as place
from (
    select
        began_at,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as bigint) as revenue,
        cast(sum(margin) as bigint) as margin,
        cast(sum(at_counter) as bigint) as at_counter
    from (
        select began_at, orders, revenue, margin, at_counter from sales
        union all
        select
            ended_at - ended_at % 900000000 as began_at,
            -1 as orders,
            -price as revenue,
            coalesce(supplier_cost, cost) - price as margin,
            -is_counter_sale as at_counter
        from orders
        where state = 'succeeded' and ended_at is not null
    ) as parts
    group by began_at
) as summed
where orders <> 0 or revenue <> 0 or margin <> 0 or at_counter <> 0
order by began_at;

-- name: sales_are_counted_by_brand()
select
    'week ' || week || ' of ' || category_type || ' ' || main || ' is off by ' || orders || ' orders'
    as place
from (
    select week, category_type, main, cast(sum(orders) as bigint) as orders
    from (
        select week, category_type, main, orders from brand_sales
        union all
        select ended_at / 604800000000 as week, category_type, main, -1 as orders
        from orders
        where state = 'succeeded' and ended_at is not null
    ) as parts
    group by week, category_type, main
) as summed
where orders <> 0
order by week, category_type, main;

-- name: money_has_its_source()
-- What an admin gave or took stands on the account of its source.
select
    'transfer ' || transfer_id || ' is a ' || purpose || ' from ' || debit_account || ' to '
    || credit_account as place
from transfers
where
    (purpose = 'credit' and debit_account not in ('bank', 'cash'))
    or (purpose = 'withdrawal' and credit_account not in ('bank', 'cash'))
    or (purpose = 'bonus' and 'bonus' not in (debit_account, credit_account))
    or (purpose = 'correction' and 'correction' not in (debit_account, credit_account))
order by transfer_id;

-- name: bonuses_are_added_up()
select
    'the quarter of an hour ' || began_at || ' is off by ' || given || ' given, ' || taken_back
    || ' taken back' as place
from (
    select
        began_at,
        cast(sum(given) as bigint) as given,
        cast(sum(taken_back) as bigint) as taken_back
    from (
        select began_at, given, taken_back from bonuses
        union all
        select
            created_at - created_at % 900000000 as began_at,
            case debit_account when 'bonus' then -amount else 0 end as given,
            case credit_account when 'bonus' then -amount else 0 end as taken_back
        from transfers
        where purpose = 'bonus'
    ) as parts
    group by began_at
) as summed
where given <> 0 or taken_back <> 0
order by began_at;

-- name: sales_are_added_up_by_brand()
select
    'hour ' || hour || ' of ' || category_type || ' ' || main || ' is off by ' || orders
    || ' orders, revenue ' || revenue || ', margin ' || margin as place
from (
    select
        hour,
        category_type,
        main,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as bigint) as revenue,
        cast(sum(margin) as bigint) as margin
    from (
        select hour, category_type, main, orders, revenue, margin from brand_hours
        union all
        select
            ended_at / 3600000000 as hour,
            category_type,
            main,
            -1 as orders,
            -price as revenue,
            coalesce(supplier_cost, cost) - price as margin
        from orders
        where state = 'succeeded' and ended_at is not null
    ) as parts
    group by hour, category_type, main
) as summed
where orders <> 0 or revenue <> 0 or margin <> 0
order by hour, category_type, main;

-- name: wallets_are_added_up()
select
    'the wallets are off by ' || posted || ', held ' || held || ', limits ' || credit_limit as place
from (
    select
        cast(sum(posted) as bigint) as posted,
        cast(sum(held) as bigint) as held,
        cast(sum(credit_limit) as bigint) as credit_limit
    from (
        select posted, held, credit_limit from wallet_totals
        union all
        select -posted as posted, -held as held, -credit_limit as credit_limit
        from accounts
        where substr(account_id, 1, 7) = 'wallet:'
    ) as parts
) as summed
where posted <> 0 or held <> 0 or credit_limit <> 0;

-- name: totals_of_topups_are_kept()
select 'Rp' || total || ' is not kept as the top-ups of it are' as place
from (
    select total, used_at, expires_at from topup_totals
    union all
    select
        amount + code as total,
        max(created_at) as used_at,
        max(case when code > 0 then expires_at end) as expires_at
    from topups
    group by amount + code
) as pairs
group by total
having
    count(*) <> 2
    or min(used_at) <> max(used_at)
    or count(expires_at) = 1
    or min(expires_at) <> max(expires_at)
order by total;

-- name: rows_know_whether_an_order_claimed_them()
select 'row ' || seen.ref_id || ' is kept as ' || seen.kept as place
from (
    select
        supplier_rows.ref_id,
        case supplier_rows.is_unclaimed when 1 then 'unclaimed' else 'claimed' end as kept,
        case when orders.order_id is null then 'unclaimed' else 'claimed' end as found
    from supplier_rows
    left join orders
        on supplier_rows.ref_id = orders.ref_id and supplier_rows.account = orders.account
) as seen
where seen.kept <> seen.found
order by seen.ref_id;

-- name: chats_have_their_next_notice()
select 'chat ' || found.chat_id || ' has to get notice ' || found.notice_id as place
from (
    select
        pending.chat_id,
        max(pending.urgency) as urgency,
        coalesce(max(pending.next_at), 0) as next_at,
        (
            select first.notice_id
            from outbox as first
            where first.chat_id = pending.chat_id and first.state = 'pending'
            order by first.urgency desc, first.notice_id
            limit 1
        ) as notice_id
    from outbox as pending
    where pending.state = 'pending'
    group by pending.chat_id
) as found
left join outbox_chats on found.chat_id = outbox_chats.chat_id
where
    outbox_chats.chat_id is null
    or outbox_chats.notice_id <> found.notice_id
    or outbox_chats.urgency <> found.urgency
    or outbox_chats.next_at <> found.next_at
union all
select 'chat ' || chat_id || ' has no notice to get' as place
from outbox_chats
where
    not exists (
        select 1
        from outbox
        where outbox.chat_id = outbox_chats.chat_id and outbox.state = 'pending'
    )
order by place;
