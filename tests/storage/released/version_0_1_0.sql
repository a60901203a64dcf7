-- The rest of the shop in the oldest database of version 0.1.0: its first five migrations.

insert into confirmations values
('annis-quote', 1001, 'purchase',
    '{"product_id":1,"destination":"081200000099","price":11200,"bought_before":0}',
    1773464340000000, null, ''),
('budis-quote', 1002, 'purchase',
    '{"product_id":1,"destination":"081200000006","price":11200,"bought_before":0}',
    1773464040000000, 1773464100000000, 'K6'),
('credit', 9001, 'adjustment', '{"customer_id":1003,"amount":7000,"note":"cash"}',
    1773464340000000, null, '');

insert into facts values
('supplier_skew_seconds', '3'), ('supplier_skew_margin_seconds', '6');
