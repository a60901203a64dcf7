-- Who works for the shop, and what they may do (`bot/domain/staff.py`). Owners are in `ADMIN_IDS`.

create table staff (
    customer_id integer primary key references customers,
    -- Separated by blanks.
    rights text not null,
    added_by integer not null,
    added_at integer not null
) strict;
