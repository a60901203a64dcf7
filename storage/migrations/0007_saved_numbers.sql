-- The destinations that each customer has bought for, offered again as buttons.

create table saved_numbers (
    number_id integer primary key autoincrement,
    customer_id integer not null references customers,
    kind text not null,
    -- The game or card that it is of; empty for phones and meters.
    main text not null,
    destination text not null check (destination <> ''),
    name text not null,
    used_at integer not null,
    unique (customer_id, kind, main, destination)
) strict;

create index saved_numbers_by_use on saved_numbers (customer_id, used_at);
