-- A game's zone, which stands behind the user id in what is sent: for people it is kept apart.
-- Empty where there is none, and of what was bought for before this.

alter table orders add column zone text not null default '';

alter table saved_numbers add column zone text not null default '';

-- What was done about an order is told to whoever else was to decide about it.
create index admin_acts_by_subject on admin_acts (subject, act_id);
