-- Placeholder until the migration of this number is merged.
select 1;
