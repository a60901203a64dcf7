-- Links by which one person asks to become an employee; an owner decides (`bot/domain/staff.py`).

create table staff_links (
    link_id integer primary key autoincrement,
    code text not null unique,
    -- Separated by blanks.
    rights text not null,
    made_by integer not null,
    made_at integer not null,
    asked_by integer references customers,
    asked_at integer,
    decided_by integer,
    decided_at integer,
    is_accepted integer not null default 0 check (is_accepted in (0, 1)),
    check ((asked_by is null) = (asked_at is null)),
    check ((decided_by is null) = (decided_at is null)),
    check (decided_by is null or asked_by is not null)
) strict;

create index staff_links_undecided on staff_links (asked_by)
where asked_by is not null and decided_by is null;

create index staff_links_unused on staff_links (made_at) where asked_by is null;

create index admin_acts_by_actor on admin_acts (actor_id, act_id);
