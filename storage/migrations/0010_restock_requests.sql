-- Customers' requests to be notified when a product is available again.

create table restock_requests (
    request_id integer primary key autoincrement,
    customer_id integer not null references customers,
    product_id integer not null references products,
    asked_at integer not null,
    expires_at integer not null,
    -- When the notice was put into the outbox; null while the request is open.
    told_at integer,
    check (expires_at > asked_at)
) strict;

create unique index restock_requests_open
on restock_requests (product_id, customer_id) where told_at is null;

create index restock_requests_by_customer
on restock_requests (customer_id);

create index restock_requests_by_end on restock_requests (expires_at);
