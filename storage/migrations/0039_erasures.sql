-- The persons whose data was erased at their request. The list outlives a restore: it is also kept
-- in a file beside the database, and what an older backup still holds is erased again.

create table erasures (
    customer_id integer primary key references customers,
    -- Counts the erasures, for the pseudonym.
    number integer not null,
    -- When the person was created: another shop's person with this id has another time.
    known_since integer not null,
    erased_at integer not null
) strict;

create trigger erasures_stay before delete on erasures
begin
    select raise(abort, 'an erasure is never forgotten');
end;

insert into confirmation_kinds (kind) values ('erasure');

-- The person whose data is being erased. The row is deleted in the same transaction, so nobody else
-- ever sees it. What never changes may change only while it is there, and only to say less.
create table erasing (customer_id integer primary key) strict;

drop trigger orders_keep_what_was_bought;

create trigger orders_keep_what_was_bought before update on orders
when
    new.order_id <> old.order_id
    or new.account <> old.account
    or new.customer_id <> old.customer_id
    or new.product_id <> old.product_id
    or new.service_code <> old.service_code
    or (new.destination <> old.destination and new.destination <> '***')
    or new.price <> old.price
    or new.created_at <> old.created_at
begin
    select raise(abort, 'what was bought, by whom and for how much never changes');
end;

create trigger orders_keep_their_destination before update on orders
when new.destination <> old.destination
begin
    select raise(abort, 'only an erasure changes what was ordered')
    where not exists (select 1 from erasing where customer_id = old.customer_id);
end;

drop trigger topups_are_decided_once;

create trigger topups_are_decided_once before update on topups
when
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
begin
    select raise(abort, 'a top-up is decided once');
end;

create trigger topups_stay_decided before update on topups
when old.state <> 'pending'
begin
    select raise(abort, 'only an erasure changes a decided top-up')
    where not exists (select 1 from erasing where customer_id = old.customer_id);
end;

drop trigger transfers_never_change;

create trigger transfers_never_change before update on transfers
when not (
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
begin
    select raise(abort, 'a transfer never changes');
end;

create trigger transfers_keep_their_note before update on transfers
begin
    select raise(abort, 'only an erasure empties the note of a transfer')
    where not exists (
        select 1
        from erasing
        where 'wallet:' || customer_id in (old.debit_account, old.credit_account)
    );
end;

drop trigger admin_acts_never_change;

create trigger admin_acts_never_change before update on admin_acts
when not (
    new.act_id = old.act_id
    and new.actor_id = old.actor_id
    and new.action = old.action
    and new.subject = old.subject
    and new.at = old.at
)
begin
    select raise(abort, 'the record of what admins did never changes');
end;

create trigger admin_acts_keep_their_detail before update on admin_acts
begin
    select raise(abort, 'only an erasure changes the detail of an act')
    where not exists (select 1 from erasing);
end;
