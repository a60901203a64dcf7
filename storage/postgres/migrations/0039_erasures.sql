-- The persons whose data was erased at their request. The list outlives a restore: it is also kept
-- in a file beside the database, and what an older backup still holds is erased again.

create table erasures (
    customer_id bigint primary key references customers deferrable,
    -- Counts the erasures, for the pseudonym.
    number bigint not null,
    -- When the person was created: another shop's person with this id has another time.
    known_since bigint not null,
    erased_at bigint not null
);

create trigger erasures_stay before delete on erasures
for each row execute function refuse('an erasure is never forgotten');

insert into confirmation_kinds (kind) values ('erasure');

-- The person whose data is being erased. The row is deleted in the same transaction, so nobody else
-- ever sees it. What never changes may change only while it is there, and only to say less.
create table erasing (customer_id bigint primary key);

drop trigger orders_keep_what_was_bought on orders;

create trigger orders_keep_what_was_bought before update on orders
for each row when (
    new.order_id <> old.order_id
    or new.account <> old.account
    or new.customer_id <> old.customer_id
    or new.product_id <> old.product_id
    or new.service_code <> old.service_code
    or (new.destination <> old.destination and new.destination <> '***')
    or new.price <> old.price
    or new.created_at <> old.created_at
)
execute function refuse('what was bought, by whom and for how much never changes');

create function require_erasing() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from erasing where customer_id = old.customer_id) then
        raise exception using
            message = 'only an erasure changes what was ordered',
            errcode = 'integrity_constraint_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name;
    end if;
    return new;
end;
$$;

create trigger orders_keep_their_destination before update on orders
for each row when (
    new.destination <> old.destination
)
execute function require_erasing();

drop trigger topups_are_decided_once on topups;

create trigger topups_are_decided_once before update on topups
for each row when (
    old.state <> 'pending'
    and not (
        new.customer_id = old.customer_id
        and new.amount = old.amount
        and new.code = old.code
        and new.state = old.state
        and coalesce(new.credited, 0) = coalesce(old.credited, 0)
        and coalesce(new.decided_at, 0) = coalesce(old.decided_at, 0)
        and coalesce(new.decided_by, 0) = coalesce(old.decided_by, 0)
        and new.request_key = old.request_key
        and new.proof = ''
        and new.reason = ''
    )
)
execute function refuse('a top-up is decided once');

create function require_erasing_of_payer() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from erasing where customer_id = old.customer_id) then
        raise exception using
            message = 'only an erasure changes a decided top-up',
            errcode = 'integrity_constraint_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name;
    end if;
    return new;
end;
$$;

create trigger topups_stay_decided before update on topups
for each row when (
    old.state <> 'pending'
)
execute function require_erasing_of_payer();

drop trigger transfers_never_change on transfers;

create trigger transfers_never_change before update on transfers
for each row when (
    not (
    new.transfer_id = old.transfer_id
    and new.phase = old.phase
    and new.purpose = old.purpose
    and new.debit_account = old.debit_account
    and new.credit_account = old.credit_account
    and new.amount = old.amount
    and new.idempotency_key = old.idempotency_key
    and new.created_at = old.created_at
    and coalesce(new.order_id, 0) = coalesce(old.order_id, 0)
    and coalesce(new.hold_id, 0) = coalesce(old.hold_id, 0)
    and coalesce(new.actor_id, 0) = coalesce(old.actor_id, 0)
    and new.note = ''
)
)
execute function refuse('a transfer never changes');

create function require_erasing_of_wallet() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from erasing where 'wallet:' || customer_id in (old.debit_account, old.credit_account)) then
        raise exception using
            message = 'only an erasure empties the note of a transfer',
            errcode = 'integrity_constraint_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name;
    end if;
    return new;
end;
$$;

create trigger transfers_keep_their_note before update on transfers
for each row
execute function require_erasing_of_wallet();

drop trigger admin_acts_never_change on admin_acts;

create trigger admin_acts_never_change before update on admin_acts
for each row when (
    not (
    new.act_id = old.act_id
    and new.actor_id = old.actor_id
    and new.action = old.action
    and new.subject = old.subject
    and new.at = old.at
)
)
execute function refuse('the record of what admins did never changes');

create function require_any_erasing() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from erasing) then
        raise exception using
            message = 'only an erasure changes the detail of an act',
            errcode = 'integrity_constraint_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name;
    end if;
    return new;
end;
$$;

create trigger admin_acts_keep_their_detail before update on admin_acts
for each row
execute function require_any_erasing();
