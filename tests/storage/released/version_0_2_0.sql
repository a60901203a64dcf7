-- The rest of the shop in the oldest database of version 0.2.0: its first 23 migrations.

insert into confirmations values
('annis-quote', 1001, 'purchase',
    '{"product_id":1,"destination":"081200000099","price":11200,"recent_purchase":0,"is_second_today":0,"zone":""}',
    1773464340000000, null, ''),
('budis-quote', 1002, 'purchase',
    '{"product_id":1,"destination":"081200000006","price":11200,"recent_purchase":0,"is_second_today":0,"zone":""}',
    1773464040000000, 1773464100000000, 'K6'),
('credit', 9001, 'adjustment', '{"customer_id":1003,"amount":7000,"note":"cash"}',
    1773464340000000, null, ''),
('pay-panel', 9001, 'deposit', '{"amount":300000}', 1773464340000000, null, '');

-- The shop was restored once, so Anni's newest order is K2-1.
insert into orders (
    order_id, account, customer_id, product_id, service_code, product_name, category_type, main,
    destination, target, price, cost, state, created_at, is_counter_sale, version, send_attempts,
    status_word, voucher, note, refusal_message, cancel_reason, lookups, ended_at
)
values
(1000000001, 'U1', 1001, 1, 'SM10', 'Telkomsel 10.000', 'pulsa-reguler', 'TELKOMSEL',
    '081200000011', '081200000011', 11200, 10200, 'cancelled', 1773464040000000, 0, 2, 0, '', '',
    '', '', 'by_customer', 0, 1773464100000000);

insert into transfers values
(1000000001, 'hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'order:K2-1', 1773464040000000,
    1000000001, null, null, ''),
(1000000002, 'void', 'purchase', 'wallet:1001', 'revenue', 11200, 'void:order:K2-1',
    1773464100000000, 1000000001, 1000000001, null, '');

update orders set target = destination;

update accounts set granted_limit = credit_limit;

insert into outbox (
    notice_id, chat_id, kind, dedupe_key, created_at, subject_id, data, state, attempts
)
values
(1000000001, 1001, 'outcome', 'outcome:K2-1', 1773464100000000, 1000000001, '{}', 'delivered', 1);

update outbox set urgency = 1 where kind in ('alert', 'parked');

insert into topups (
    topup_id, customer_id, amount, state, request_key, created_at, code, expires_at, is_reserved,
    proof, cancelled_at, expired_at, replaced_by, message_id
)
values
(1000000003, 1003, 40000, 'pending', 'update:603', 1773464340000000, 123, 1773471540000000, 1,
    'file1', null, null, null, 81),
(1000000001, 1003, 30000, 'pending', 'update:504', 1773464100000000, 77, 1773471300000000, 1, '',
    1773464340000000, null, 1000000003, 80),
(1000000002, 1002, 30000, 'pending', 'update:505', 1773378000000000, 78, 1773385200000000, 0, '',
    null, 1773385200000000, null, null);

insert into topup_messages values (1000000003, 1003, 81, 1), (1000000003, 9001, 82, 0);

insert into recon_findings values
('U1', 'unclaimed', 'u1', null, 'SM10 081200000077 10200 success', 1773457300000000, null, null),
('U1', 'price', 'r1', 1, '10200 / 10300', 1773457300000000, 1773460800000000, 9001);

insert into saved_numbers (number_id, customer_id, kind, main, destination, name, used_at)
values
(4, 1001, 'phone', '', '081200000001', 'Mama', 1773457200000000),
(5, 1003, 'meter', '', '12345678901', '', 1773457200000000);

insert into restock_requests (request_id, customer_id, product_id, asked_at, expires_at, notified_at)
values
(1, 1002, 7, 1773378000000000, 1773982800000000, 1773381600000000),
(2, 1001, 7, 1773464100000000, 1774068900000000, null);

insert into reopening_requests values (3, 1003, 1773464100000000);

insert into withheld_products values
(1, 1, 1, 10200, 12000, 11200, 1773378000000000, 1773381600000000, 9001, 1773385200000000),
(2, 2, 9, 20100, 22000, 21100, 1773457260000000, null, null, null);

insert into supplier_facts values
('U1', 'supplier_skew_seconds', '3'), ('U1', 'supplier_skew_margin_seconds', '6');

insert into facts values ('unmet_purchase:1003', 'none'), ('keys:1001', '2');
