-- Filled by its feature.
select 1;
