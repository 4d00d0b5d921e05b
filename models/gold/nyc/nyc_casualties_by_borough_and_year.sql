-- Collisions and casualties by borough and year, and for each 100,000 residents. Reports without a borough are left out:
-- nobody lives in 'Unknown'.
with casualties as (
    select
        borough,
        cast(year(crash_date) as integer) as year,
        cast(sum(collisions) as bigint) as collisions,
        cast(sum(persons_injured) as bigint) as injured,
        cast(sum(persons_killed) as bigint) as killed
    from {{ref 'nyc_collisions_by_day_and_borough'}}
    group by borough, year(crash_date)
)

select
    casualties.*,
    boroughs.population_2020 as residents,
{{#each (list 'collisions' 'injured' 'killed')}}
    round(1e5 * casualties.{{this}} / boroughs.population_2020, 2) as {{this}}_per_100k{{#unless @last}},{{/unless}}
{{/each}}
from casualties
inner join {{ref 'nyc_boroughs'}} as boroughs on boroughs.borough = casualties.borough
