-- name: add^
insert into staff_links (
    code, rights, made_by, made_at, asked_by, asked_at, decided_by, decided_at, is_accepted
)
values (
    :code, :rights, :made_by, :made_at, :asked_by, :asked_at, :decided_by, :decided_at,
    :is_accepted
)
returning link_id;

-- name: get(link_id)^
select * from staff_links where link_id = :link_id;

-- name: by_code(code)^
select * from staff_links where code = :code;

-- name: take(link_id, asked_by, at)!
update staff_links set asked_by = :asked_by, asked_at = :at
where link_id = :link_id and asked_by is null;

-- name: decide(link_id, decided_by, at, is_accepted)!
update staff_links set decided_by = :decided_by, decided_at = :at, is_accepted = :is_accepted
where link_id = :link_id and asked_by is not null and decided_by is null;

-- name: undecided
select * from staff_links
where asked_by is not null and decided_by is null
order by asked_at, link_id;

-- name: asks(customer_id)^
select link_id from staff_links
where asked_by = :customer_id and decided_by is null
limit 1;

-- name: forget_unused(made_before, limit)!
delete from staff_links
where
    link_id in (
        select old.link_id
        from staff_links as old
        where old.asked_by is null and old.made_at < :made_before
        order by old.made_at
        limit :limit
    );
