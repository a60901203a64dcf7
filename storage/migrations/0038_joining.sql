-- Who may use a shop that is not open to all. Whoever was a customer before is a member.
alter table customers add column membership text not null default 'member'
check (membership in ('member', 'new', 'waiting', 'refused'));

-- Links that make whoever opens them a member.
create table invitations (
    code text primary key check (code <> ''),
    made_by integer not null references customers,
    made_at integer not null,
    -- How many persons may come by it; 0: any number.
    max_uses integer not null check (max_uses >= 0),
    uses integer not null default 0 check (uses >= 0),
    -- Null: it does not end.
    expires_at integer,
    -- When it was taken back; null while it is not.
    deleted_at integer,
    check (max_uses = 0 or uses <= max_uses)
) strict;

create index invitations_open on invitations (made_at, code) where deleted_at is null;

-- By which invitation a person came, and so who invited them.
create table invitation_uses (
    customer_id integer primary key references customers,
    code text not null references invitations,
    used_at integer not null
) strict;

-- Who asked to join, and what became of it.
create table join_requests (
    customer_id integer primary key references customers,
    asked_at integer not null,
    -- Where a link led that the person came by, as in the link; empty for none.
    destination text not null,
    -- Null while nobody has decided.
    decided_at integer,
    decided_by integer references customers,
    check ((decided_at is null) = (decided_by is null))
) strict;

create index join_requests_waiting on join_requests (asked_at, customer_id) where decided_at is null;
