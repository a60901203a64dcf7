-- What says who a person is, and how it is erased. `storage/erasing.py` lists which column is erased
-- by which statement. Each may run again, and then changes what has come since. They read whole
-- tables: an erasure is rare.

-- name: begin_erasing(customer_id)!
insert into erasing (customer_id) values (:customer_id);

-- name: end_erasing()!
delete from erasing;

-- name: own_texts(customer_id)
-- Destinations and codes by which other texts may name the person.
select destination as own_text from orders where customer_id = :customer_id
union
select voucher as own_text from orders where customer_id = :customer_id
union
select destination as own_text from saved_numbers where customer_id = :customer_id
union
select bought.destination as own_text
from orders
inner join supplier_rows as bought
    on orders.account = bought.account and orders.ref_id = bought.ref_id
where orders.customer_id = :customer_id;

-- name: name_person(customer_id, pseudonym, search_text)!
update customers
set
    name = :pseudonym,
    chosen_language = '',
    level_id = null,
    note = '',
    block_reason = '',
    search_text = :search_text
where customer_id = :customer_id;

-- name: delete_account(customer_id)!
delete from telegram_accounts where customer_id = :customer_id;

-- name: delete_numbers(customer_id)!
delete from saved_numbers where customer_id = :customer_id;

-- name: delete_bought_numbers(customer_id)!
delete from bought_numbers where customer_id = :customer_id;

-- name: delete_account_links(customer_id)!
delete from account_links where customer_id = :customer_id;

-- name: delete_staff_links(customer_id)!
delete from staff_links where asked_by = :customer_id and decided_by is null;

-- name: delete_staff(customer_id)!
delete from staff where customer_id = :customer_id;

-- name: delete_invitation_use(customer_id)!
-- The invitation keeps how often it was used.
delete from invitation_uses where customer_id = :customer_id;

-- name: delete_join_request(customer_id)!
delete from join_requests where customer_id = :customer_id;

-- name: delete_dialog(customer_id)!
delete from dialogs where customer_id = :customer_id;

-- name: delete_own_confirmations(customer_id)!
delete from confirmations where actor_id = :customer_id;

-- name: delete_restock_requests(customer_id)!
delete from restock_requests where customer_id = :customer_id;

-- name: delete_reopening_requests(customer_id)!
delete from reopening_requests where customer_id = :customer_id;

-- name: delete_facts(suffix)!
-- The names of a person's facts end with a colon and the id.
delete from facts where name like :suffix;

-- name: waiting_updates()
select update_id, payload from inbox where payload <> '';

-- name: close_update(update_id, at)!
update inbox set payload = '', done_at = :at where update_id = :update_id;

-- name: mask_orders(customer_id, watched_since)!
-- An order that is under way, or still looked for, needs its destination.
update orders
set
    destination = '***',
    target = '***',
    zone = '',
    voucher = case when voucher = '' then '' else '***' end,
    note = '',
    refusal_message = '',
    message_id = null,
    version = version + 1
where
    customer_id = :customer_id
    and state in ('succeeded', 'failed', 'cancelled')
    and (next_check_at is null or ended_at < :watched_since)
    and (
        destination <> '***'
        or voucher not in ('', '***')
        or note <> ''
        or refusal_message <> ''
    );

-- name: mask_rows(customer_id, at)!
-- The audit compares them with their orders. Emptied rows stay empty when they are read again.
update supplier_rows
set destination = '***', voucher = '', note = '', emptied_at = :at
where
    (account, ref_id) in (
        select
            orders.account,
            orders.ref_id
        from orders
        where
            orders.customer_id = :customer_id
            and orders.ref_id is not null
            and orders.destination = '***'
    )
    and (destination <> '***' or voucher <> '' or note <> '' or emptied_at is null);

-- name: unclaimed_rows()
select account, ref_id, destination
from supplier_rows
where is_unclaimed = 1 and emptied_at is null;

-- name: empty_row(account, ref_id, at)!
update supplier_rows
set destination = '', voucher = '', note = '', emptied_at = :at
where account = :account and ref_id = :ref_id;

-- name: open_targets()
select distinct target
from orders
where
    state in ('queued', 'sending', 'accepted', 'ambiguous', 'parked')
    or next_check_at is not null;

-- name: empty_topups(customer_id)!
update topups
set proof = '', reason = '', message_id = null
where
    customer_id = :customer_id
    and (proof <> '' or reason <> '' or message_id is not null);

-- name: delete_topup_messages(customer_id)!
delete from topup_messages
where topup_id in (select topups.topup_id from topups where topups.customer_id = :customer_id);

-- name: delete_thread_deliveries(customer_id)!
delete from thread_deliveries
where
    message_id in (
        select message.message_id
        from thread_messages as message
        inner join threads on message.thread_id = threads.thread_id
        where threads.customer_id = :customer_id
    )
    or chat_id in (
        select accounts.telegram_id
        from telegram_accounts as accounts
        where accounts.customer_id = :customer_id
    );

-- name: delete_thread_messages(customer_id)!
delete from thread_messages
where thread_id in (select threads.thread_id from threads where threads.customer_id = :customer_id);

-- name: close_threads(customer_id, at)!
-- Nobody is left to be answered.
update threads
set waits_since = null, closed_at = coalesce(closed_at, :at)
where customer_id = :customer_id and (waits_since is not null or closed_at is null);

-- name: empty_transfer_notes(wallet)!
update transfers
set note = ''
where note <> '' and (debit_account = :wallet or credit_account = :wallet);

-- name: delete_notices_to(telegram_id)!
delete from outbox where chat_id = :telegram_id;

-- name: delete_notices_about(customer_id)!
-- Alerts stay, so that each is sent once; their texts are looked through.
delete from outbox
where notice_id in (
    select notice.notice_id
    from outbox as notice
    where
        notice.kind in ('asked', 'stray_proof', 'join_requested')
        and notice.subject_id = :customer_id
    union
    select notice.notice_id
    from outbox as notice
    inner join topups on notice.subject_id = topups.topup_id
    where
        notice.kind in ('topup_requested', 'topup_news', 'topup_proof', 'proof_lost')
        and topups.customer_id = :customer_id
    union
    select notice.notice_id
    from outbox as notice
    inner join orders on notice.subject_id = orders.order_id
    where
        notice.kind in ('help', 'parked', 'parked_news')
        and orders.customer_id = :customer_id
        and orders.destination = '***'
);

-- name: alerts()
select notice_id, data from outbox where kind = 'alert';

-- name: set_notice_data(notice_id, data)!
update outbox set data = :data where notice_id = :notice_id;

-- name: conditions()
select name, detail from conditions where detail <> '';

-- name: set_condition_detail(name, detail)!
update conditions set detail = :detail where name = :name;

-- name: findings()
select account, kind, ref_id, detail from recon_findings where detail <> '';

-- name: set_finding_detail(account, kind, ref_id, detail)!
update recon_findings
set detail = :detail
where account = :account and kind = :kind and ref_id = :ref_id;

-- name: acts()
select act_id, action, detail from admin_acts where detail <> '';

-- name: acts_about(customer_id, subject)
select admin_acts.act_id
from admin_acts
where admin_acts.subject = :subject
union
select admin_acts.act_id
from topups
inner join admin_acts on admin_acts.subject = 'topup:' || topups.topup_id
where topups.customer_id = :customer_id;

-- name: set_act_detail(act_id, detail)!
update admin_acts set detail = :detail where act_id = :act_id;

-- name: confirmations_of_staff()
select token, payload, used_at from confirmations where kind <> 'purchase';

-- name: topups_of(customer_id)
select topup_id from topups where customer_id = :customer_id;

-- name: set_confirmation_payload(token, payload)!
update confirmations set payload = :payload where token = :token;

-- name: delete_confirmation(token)!
delete from confirmations where token = :token;
