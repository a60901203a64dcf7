-- name: add(actor_id, action, subject, detail, at)!
insert into admin_acts (actor_id, action, subject, detail, at)
values (:actor_id, :action, :subject, :detail, :at);

-- name: about(subject)
select * from admin_acts where subject = :subject order by act_id desc;

-- name: latest(limit)
select * from admin_acts order by act_id desc limit :limit;

-- name: found(actions, pattern, limit, skipped)
select acts.*
from admin_acts as acts
where
    (:actions = '' or :actions like '% ' || acts.action || ' %')
    and (
        :pattern = ''
        or lower(acts.subject || ' ' || acts.detail) like :pattern escape '\'
        or acts.subject in (
            select 'user:' || accounts.customer_id
            from telegram_accounts as accounts
            where
                lower(accounts.first_name || ' @' || accounts.username) like :pattern escape '\'
        )
    )
order by acts.act_id desc
limit :limit offset :skipped;

-- name: found_of(actor_id, actions, pattern, limit, skipped)
select acts.*
from admin_acts as acts
where
    acts.actor_id = :actor_id
    and (:actions = '' or :actions like '% ' || acts.action || ' %')
    and (
        :pattern = ''
        or lower(acts.subject || ' ' || acts.detail) like :pattern escape '\'
        or acts.subject in (
            select 'user:' || accounts.customer_id
            from telegram_accounts as accounts
            where
                lower(accounts.first_name || ' @' || accounts.username) like :pattern escape '\'
        )
    )
order by acts.act_id desc
limit :limit offset :skipped;

-- name: actors
-- One step of the index for each actor.
with recursive actors (actor_id) as (
    select min(acts.actor_id) from admin_acts as acts
    union all
    select (select min(acts.actor_id) from admin_acts as acts where acts.actor_id > actors.actor_id)
    from actors
    where actors.actor_id is not null
)

select actor_id from actors where actor_id is not null;
