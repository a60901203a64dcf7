-- name: add_invitation!
insert into invitations (code, made_by, made_at, max_uses, uses, expires_at, deleted_at)
values (:code, :made_by, :made_at, :max_uses, :uses, :expires_at, :deleted_at);

-- name: invitation(code)^
select * from invitations where code = :code;

-- name: open_invitations(now, limit)
select *
from invitations
where deleted_at is null
and (expires_at is null or expires_at > :now)
and (max_uses = 0 or uses < max_uses)
order by made_at desc, code desc
limit :limit;

-- name: delete_invitation(code, at)!
update invitations set deleted_at = :at where code = :code and deleted_at is null;

-- name: count_use(code)!
update invitations set uses = uses + 1 where code = :code;

-- name: add_use(customer_id, code, used_at)!
insert into invitation_uses (customer_id, code, used_at) values (:customer_id, :code, :used_at);

-- name: invitation_of(customer_id)^
select invitations.*
from invitation_uses
inner join invitations on invitation_uses.code = invitations.code
where invitation_uses.customer_id = :customer_id;

-- name: put_request!
insert into join_requests (customer_id, asked_at, destination, decided_at, decided_by)
values (:customer_id, :asked_at, :destination, :decided_at, :decided_by)
on conflict (customer_id) do update
set
    asked_at = excluded.asked_at,
    destination = excluded.destination,
    decided_at = excluded.decided_at,
    decided_by = excluded.decided_by;

-- name: request_of(customer_id)^
select * from join_requests where customer_id = :customer_id;

-- name: waiting(limit)
select * from join_requests where decided_at is null order by asked_at, customer_id limit :limit;
