-- Who may use a shop that is not open to all. Whoever was a customer before is a member.
alter table customers add column membership text collate "C" not null default 'member'
check (membership in ('member', 'new', 'waiting', 'refused'));

-- Links that make whoever opens them a member.
create table invitations (
    code text collate "C" primary key check (code <> ''),
    made_by bigint not null references customers deferrable,
    made_at bigint not null,
    -- How many persons may come by it; 0: any number.
    max_uses bigint not null check (max_uses >= 0),
    uses bigint not null default 0 check (uses >= 0),
    -- Null: it does not end.
    expires_at bigint,
    -- When it was taken back; null while it is not.
    deleted_at bigint,
    check (max_uses = 0 or uses <= max_uses)
);

create index invitations_open on invitations (made_at, code) where deleted_at is null;

-- By which invitation a person came, and so who invited them.
create table invitation_uses (
    customer_id bigint primary key references customers deferrable,
    code text collate "C" not null references invitations deferrable,
    used_at bigint not null
);

-- Who asked to join, and what became of it.
create table join_requests (
    customer_id bigint primary key references customers deferrable,
    asked_at bigint not null,
    -- Where a link led that the person came by, as in the link; empty for none.
    destination text collate "C" not null,
    -- Null while nobody has decided.
    decided_at bigint,
    decided_by bigint references customers deferrable,
    check ((decided_at is null) = (decided_by is null))
);

create index join_requests_waiting on join_requests (asked_at, customer_id) where decided_at is null;
