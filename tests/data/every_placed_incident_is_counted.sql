-- The hexagons hold exactly the incidents that have a cell and a year: none lost, none counted twice.
with placed as (
    select count(*) as incidents
    from {{ref 'toronto_incidents'}}
    where cell is not null
        and year is not null
),

counted as (
    select coalesce(sum(incidents), 0) as incidents
    from {{ref 'toronto_incidents_by_cell'}}
)

select
    placed.incidents as placed,
    cast(counted.incidents as bigint) as counted
from placed
cross join counted
where placed.incidents <> counted.incidents
