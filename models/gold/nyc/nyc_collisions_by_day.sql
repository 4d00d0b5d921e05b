-- Collisions and casualties by day. Reports are amended for months: each build counts the last `amended_days` again and
-- leaves older days as they are; `lake build --full-refresh` counts all of them.
{{config materialized='incremental' unique_key='crash_date' on_schema_change='append_new_columns' sort_by='crash_date'}}
select
    crash_date,
    count(*) as collisions,
    count(*) filter (where persons_injured > 0 or persons_killed > 0) as with_casualties,
    cast(coalesce(sum(persons_injured), 0) as bigint) as injured,
    cast(coalesce(sum(persons_killed), 0) as bigint) as killed
from {{ref 'crashes'}}
{{#if (is_incremental)}}
where crash_date > (select max(crash_date) - {{var 'amended_days'}} from {{self}})
{{/if}}
group by crash_date
