-- A game's zone, with which the destination ends; stored separately for display. Empty if there is
-- none, and for older rows.

alter table orders add column zone text not null default '';

alter table saved_numbers add column zone text not null default '';

-- For the messages to the other admins about a decided order.
create index admin_acts_by_subject on admin_acts (subject, act_id);
