-- Customers' requests to be notified once when the paused shop reopens. A request is deleted when
-- its notice is put into the outbox.

create table reopening_requests (
    request_id integer primary key autoincrement,
    customer_id integer not null unique references customers,
    asked_at integer not null
) strict;
