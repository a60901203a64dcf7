-- A shop at noon of 14 March 2026 in Jakarta (1773464400000000): what every version could store.
-- Four columns of orders had other names in version 0.1.0.

insert into customers values
(1001, 'Anni', 'anni', 'id', '', 1, 1773378000000000),
(1002, 'Budi', '', 'id', 'en', 0, 1773378000000000),
(1003, 'Citra', 'citra', 'en', '', 1, 1773378000000000),
(9001, 'Dewi', 'dewi', 'id', '', 1, 1773378000000000);

insert into dialogs (customer_id, conversation, step, updated_at, product_id, message_id, data)
values
(1001, 'shop', 2, 1773464340000000, 1, 71, '{"token":"annis-quote","destination":"081200000099"}'),
(1003, 'shop', 1, 1773464340000000, 2, 72, '{}');

insert into topups (
    topup_id, customer_id, amount, state, request_key, created_at, decided_at, decided_by
)
values
(1, 1001, 25000, 'pending', 'update:501', 1773460800000000, null, null),
(2, 1002, 50000, 'approved', 'update:502', 1773378000000000, 1773378060000000, 9001),
(3, 1003, 10000, 'rejected', 'update:503', 1773378000000000, 1773378060000000, 9001);

insert into categories values
(1, null, 'pulsa-reguler'), (2, 1, 'TELKOMSEL'), (3, 2, 'Umum'),
(4, null, 'token-pln'), (5, 4, 'PLN'), (6, 5, 'Token');

insert into products values
(1, 'SM10', 3, 'Telkomsel 10.000', '', 10200, 1, 1, null, null, 100),
(2, 'PLN20', 6, 'PLN 20.000', '', 20100, 1, 1, null, null, 200),
(3, 'NIGHT', 3, 'Night', '', 10200, 1, 0, 1410, 30, 300),
(7, 'OLD', 3, 'No longer listed', '', 5000, 0, 1, null, null, null);

insert into catalogue_fetches values (1, 1773464100000000);

insert into orders (
    order_id, account, customer_id, product_id, service_code, product_name, category_type, main,
    destination, price, cost, state, created_at, is_counter_sale, version, message_id, wait_reason,
    send_attempts, sent_at, send_number, ref_id, supplier_cost, status_word, voucher, note, refusal,
    refusal_message, cancel_reason, park_reason, parked_at, announced_at, accepted_at,
    ambiguous_at, lookups, last_covering_miss_at, first_miss_after_60s_at, row_seen_at,
    next_check_at, ended_at
)
values
(1, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000001', 11200,
    10200, 'succeeded', 1773457200000000, 0, 4, 51, null, 1, 1773457200000000, 1, 'r1', 10200,
    'success', 'SN1', '', null, '', null, null, null, null, 1773457202000000, null, 0, null, null,
    1773457205000000, null, 1773457260000000),
(2, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000002', 11200,
    10200, 'failed', 1773457200000000, 0, 3, 52, null, 1, 1773457206000000, 2, null, null, '', '',
    '', 'destination', 'Nomor salah', null, null, null, null, null, null, 0, null, null, null, null,
    1773457260000000),
(3, 'U1', 1002, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000003', 11200,
    10200, 'cancelled', 1773457200000000, 0, 2, 53, null, 0, null, null, null, null, '', '', '',
    null, '', 'by_customer', null, null, null, null, null, 0, null, null, null, null,
    1773457260000000),
(4, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000004', 11200,
    10200, 'queued', 1773464340000000, 0, 1, 54, null, 0, null, null, null, null, '', '', '', null,
    '', null, null, null, null, null, null, 0, null, null, null, null, null),
(5, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000005', 11200,
    10200, 'sending', 1773464340000000, 0, 2, 55, null, 1, 1773464395000000, 7, null, null, '', '',
    '', null, '', null, null, null, null, null, null, 0, null, null, null, null, null),
(6, 'U1', 1002, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000006', 11200,
    10200, 'accepted', 1773464100000000, 0, 3, 56, null, 1, 1773464100000000, 5, 'r6', 10200,
    'waiting', '', '', null, '', null, null, null, null, 1773464102000000, null, 3, null, null,
    1773464105000000, 1773464400000000, null),
(7, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000007', 11200,
    10200, 'ambiguous', 1773464100000000, 0, 3, 57, null, 1, 1773464112000000, 6, null, null, '',
    '', '', null, '', null, null, null, null, null, 1773464172000000, 2, 1773464180000000,
    1773464190000000, null, 1773464400000000, null),
(8, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000008', 11200,
    10200, 'parked', 1773460800000000, 0, 4, 58, null, 1, 1773460800000000, 4, null, null, '', '',
    '', null, '', null, 'unknown', 1773464100000000, 1773464100000000, null, 1773460860000000, 9,
    null, null, null, null, null),
(9, 'U1', 1003, 2, 'PLN20', 'PLN 20.000', 'token-pln', 'PLN', '12345678901', 21100, 20100,
    'succeeded', 1773457200000000, 0, 4, 59, null, 1, 1773457210000000, 3, 'r9', 20100, 'success',
    '1234-5678', '', null, '', null, null, null, null, 1773457212000000, null, 0, null, null,
    1773457215000000, null, 1773457260000000),
(10, 'U1', 9001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL', '081200000010', 11200,
    10200, 'queued', 1773464340000000, 1, 1, 60, 'busy', 0, null, null, null, null, '', '', '',
    null, '', null, null, null, null, null, null, 0, null, null, null, null, null);

-- An admin may owe up to a limit.
insert into accounts (account_id, credit_limit) values ('wallet:9001', 1000000);

insert into transfers (
    phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at, order_id,
    hold_id, actor_id, note
)
values
('single', 'credit', 'bank', 'wallet:1001', 200000, 'adjustment:t1', 1773378000000000, null, null,
    9001, 'cash'),
('single', 'topup', 'bank', 'wallet:1002', 50000, 'topup:2', 1773378060000000, null, null, 9001,
    ''),
('single', 'credit', 'bank', 'wallet:1003', 30000, 'adjustment:t2', 1773378000000000, null, null,
    9001, ''),
('single', 'debit', 'wallet:1003', 'bank', 5000, 'adjustment:t3', 1773378000000000, null, null,
    9001, 'typed wrong'),
('single', 'deposit', 'supplier_deposit', 'bank', 500000, 'deposit:u1', 1773378000000000, null,
    null, 9001, ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K1', 1773457200000000, 1, null, null,
    ''),
('post', 'purchase', 'wallet:1001', 'revenue', 11200, 'post:order:K1', 1773457260000000, 1, 6,
    null, ''),
('single', 'cost', 'supplier_cost', 'supplier_deposit', 10200, 'cost:K1', 1773457260000000, 1,
    null, null, ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K2', 1773457200000000, 2, null, null,
    ''),
('void', 'purchase', 'wallet:1001', 'revenue', 11200, 'void:order:K2', 1773457260000000, 2, 9,
    null, ''),
('hold', 'purchase', 'wallet:1002', 'revenue', 11200, 'order:K3', 1773457200000000, 3, null, null,
    ''),
('void', 'purchase', 'wallet:1002', 'revenue', 11200, 'void:order:K3', 1773457260000000, 3, 11,
    null, ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K4', 1773464340000000, 4, null, null,
    ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K5', 1773464340000000, 5, null, null,
    ''),
('hold', 'purchase', 'wallet:1002', 'revenue', 11200, 'order:K6', 1773464100000000, 6, null, null,
    ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K7', 1773464100000000, 7, null, null,
    ''),
('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K8', 1773460800000000, 8, null, null,
    ''),
('hold', 'purchase', 'wallet:1003', 'revenue', 21100, 'order:K9', 1773457200000000, 9, null, null,
    ''),
('post', 'purchase', 'wallet:1003', 'revenue', 21100, 'post:order:K9', 1773457260000000, 9, 18,
    null, ''),
('single', 'cost', 'supplier_cost', 'supplier_deposit', 20100, 'cost:K9', 1773457260000000, 9,
    null, null, ''),
('single', 'refund', 'revenue', 'wallet:1003', 21100, 'refund:K9', 1773460800000000, 9, null, 9001,
    'kindness'),
('hold', 'purchase', 'wallet:9001', 'revenue', 11200, 'order:K10', 1773464340000000, 10, null,
    null, '');

insert into supplier_rows (
    account, ref_id, service_code, destination, cost, status_word, voucher, note, created_at,
    first_seen_at
)
values
('U1', 'r1', 'SM10', '081200000001', 10200, 'success', 'SN1', '', 1773457201000000,
    1773457205000000),
('U1', 'r6', 'SM10', '081200000006', 10200, 'waiting', '', '', 1773464101000000, 1773464105000000),
('U1', 'r9', 'PLN20', '12345678901', 20100, 'success', '1234-5678', '', 1773457211000000,
    1773457215000000),
('U1', 'u1', 'SM10', '081200000077', 10200, 'success', 'SN7', '', null, 1773457300000000);

insert into inbox (update_id, payload, attempts, arrived_at, done_at, error) values
(501, '', 1, 1773460800000000, 1773460801000000, ''),
(601, '{"update_id":601}', 1, 1773464399000000, null, '');

-- The keys of the notices that wait, in the order in which they must be delivered, are in the test.
insert into outbox (
    notice_id, chat_id, kind, dedupe_key, created_at, subject_id, data, state, attempts, next_at,
    delivered_at
)
values
(1, 1001, 'outcome', 'outcome:K1', 1773457260000000, 1, '{}', 'delivered', 1, null,
    1773457261000000),
(2, 1001, 'outcome', 'outcome:K2', 1773457260000000, 2, '{}', 'delivered', 1, null,
    1773457261000000),
(3, 1001, 'order', 'order:K4:1', 1773464340000000, 4, '{}', 'pending', 0, null, null),
(4, 1002, 'outcome', 'outcome:K3', 1773457260000000, 3, '{}', 'unreachable', 1, null, null),
(5, 9001, 'alert', 'alert:own_deposit_low:1773464100:9001', 1773464100000000, null,
    '{"condition":"own_deposit_low","detail":"20000"}', 'pending', 0, null, null),
(6, 9001, 'parked', 'parked:K8:1773464100:9001', 1773464100000000, 8, '{}', 'pending', 0, null,
    null),
(7, 1003, 'wallet', 'wallet:adjustment:t2', 1773378000000000, 3, '{}', 'pending', 2,
    1773464399000000, null),
(8, 1003, 'outcome', 'outcome:K9', 1773457260000000, 9, '{}', 'pending', 0, null, null),
(9, 1003, 'topup_rejected', 'topup-rejected:3', 1773378060000000, 3, '{}', 'undeliverable', 5,
    null, null);

insert into conditions values
('alert:own_deposit_low', '20000', 1773464100000000, 1773464100000000);

insert into admin_acts values
(1, 9001, 'credit', '1001', '200000', 1773378000000000),
(5, 9001, 'parked', 'K8', '', 1773464100000000);
