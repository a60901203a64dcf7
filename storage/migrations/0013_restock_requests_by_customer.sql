-- Whoever writes is noted in `customers`, whose children are then looked for: with an index that
-- holds only the open requests, every message would go through all that there ever were.

drop index restock_requests_by_customer;

create index restock_requests_by_customer on restock_requests (customer_id);
