-- What customers paid in on a day, for the daily summary: top-ups, and credits by cash or transfer.
create index transfers_paid_in on transfers (created_at) where purpose in ('topup', 'credit');
