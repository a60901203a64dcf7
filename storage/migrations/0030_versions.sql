-- The versions of what processes keep in memory (`bot/ports/versions.py`). Whoever changes such a
-- thing raises its version in the same transaction; a subject without a row was never changed.

create table versions (
    subject text primary key,
    version integer not null check (version > 0)
) strict;
