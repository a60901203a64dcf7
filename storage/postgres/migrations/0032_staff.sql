-- Who works for the shop, and what they may do (`bot/domain/staff.py`). Owners are in `ADMIN_IDS`.

create table staff (
    customer_id bigint primary key references customers deferrable,
    -- Separated by blanks.
    rights text collate "C" not null,
    added_by bigint not null,
    added_at bigint not null
);
