-- name: add(actor_id, action, subject, detail, at)!
insert into admin_acts (actor_id, action, subject, detail, at)
values (:actor_id, :action, :subject, :detail, :at);

-- name: about(subject)
select * from admin_acts where subject = :subject order by act_id desc;

-- name: latest(limit)
select * from admin_acts order by act_id desc limit :limit;
