-- Orders, and all rows of the supplier's status list that were seen.

create table orders (
    order_id integer primary key autoincrement,
    account text not null,
    customer_id integer not null references customers,
    product_id integer not null references products,
    service_code text not null,
    product_name text not null,
    category_type text not null,
    main text not null,
    destination text not null,
    price integer not null check (price > 0),
    cost integer not null check (cost >= 0),
    state text not null check (
        state in (
            'queued', 'sending', 'accepted', 'ambiguous', 'parked',
            'succeeded', 'failed', 'cancelled'
        )
    ),
    created_at integer not null,
    is_counter_sale integer not null check (is_counter_sale in (0, 1)),
    version integer not null,
    message_id integer,
    wait_reason text,
    send_attempts integer not null,
    sent_at integer,
    send_number integer,
    ref_id text check (ref_id <> ''),
    suspect_ref_id text,
    supplier_cost integer,
    status_word text not null,
    voucher text not null,
    note text not null,
    refusal text,
    refusal_message text not null,
    cancel_reason text,
    park_reason text,
    parked_at integer,
    announced_at integer,
    accepted_at integer,
    ambiguous_at integer,
    looks integer not null,
    covered_at integer,
    covered_60_at integer,
    row_seen_at integer,
    next_look_at integer,
    ended_at integer,
    check (state <> 'sending' or (sent_at is not null and send_number is not null))
) strict;

-- A row at the supplier belongs to one order.
create unique index orders_claim_once on orders (ref_id, account) where ref_id is not null;

-- Two unresolved orders with the same product and destination cannot be distinguished in the list.
create unique index orders_one_unresolved on orders (account, service_code, destination)
where state in ('sending', 'ambiguous', 'parked');

create unique index orders_by_send on orders (account, send_number)
where send_number is not null;

create index orders_by_state on orders (state, account, next_look_at);

create index orders_by_ambiguity on orders (account, ambiguous_at)
where ambiguous_at is not null;

create index orders_by_customer on orders (customer_id);

create index orders_open on orders (customer_id)
where state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked');

create index orders_same_again on orders (customer_id, product_id, destination);

create index orders_by_destination on orders (destination);

create index orders_succeeded on orders (ended_at) where state = 'succeeded';

create trigger orders_stay before delete on orders
begin
    select raise(abort, 'an order is never deleted');
end;

create trigger orders_keep_what_was_bought before update on orders
when
    new.order_id <> old.order_id
    or new.account <> old.account
    or new.customer_id <> old.customer_id
    or new.product_id <> old.product_id
    or new.service_code <> old.service_code
    or new.destination <> old.destination
    or new.price <> old.price
    or new.created_at <> old.created_at
begin
    select raise(abort, 'what was bought, by whom and for how much never changes');
end;

create trigger orders_end_once before update on orders
when old.state in ('succeeded', 'failed', 'cancelled') and new.state <> old.state
begin
    select raise(abort, 'an order that is over stays as it ended');
end;

create table supplier_rows (
    account text not null,
    ref_id text not null check (ref_id <> ''),
    service_code text not null,
    destination text not null,
    cost integer,
    status_word text not null,
    voucher text not null,
    note text not null,
    created_at integer,
    first_seen_at integer not null,
    primary key (account, ref_id)
) strict;

create index supplier_rows_by_age on supplier_rows (
    account, coalesce(created_at, first_seen_at)
);
