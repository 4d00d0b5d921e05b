-- A map of hexagons: incidents by cell, year and category. Incidents without a place or a year are left out;
-- `toronto_incidents` still has them.
select
    cell,
    year,
    category,
    count(*) as incidents,
    count(distinct event_unique_id) as events
from {{ref 'toronto_incidents'}}
where cell is not null
    and year is not null
group by cell, year, category
