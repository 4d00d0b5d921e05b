-- Collisions and casualties by day and borough. Three collisions in ten come without a borough: 'Unknown'.
with collisions as (
    select
        *,
        coalesce(title_case(borough), 'Unknown') as borough_name
    from {{ref 'crashes'}}
),

persons as (
    select
        collision_id,
        count(*) as persons
    from {{ref 'persons'}}
    group by collision_id
),

vehicles as (
    select
        collision_id,
        count(*) as vehicles
    from {{ref 'vehicles'}}
    group by collision_id
)

select
    collisions.crash_date,
    collisions.borough_name as borough,
    count(*) as collisions,
    -- sum() of integers is a HUGEINT, a type that few readers know
    cast(coalesce(sum(persons.persons), 0) as bigint) as persons_involved,
    cast(coalesce(sum(vehicles.vehicles), 0) as bigint) as vehicles_involved,
{{#each (list 'persons' 'pedestrians' 'cyclists' 'motorists')}}
    cast(coalesce(sum(collisions.{{this}}_injured), 0) as bigint) as {{this}}_injured,
    cast(coalesce(sum(collisions.{{this}}_killed), 0) as bigint) as {{this}}_killed,
{{/each}}
    count(*) filter (where collisions.latitude is null) as collisions_without_place
from collisions
left join persons on persons.collision_id = collisions.collision_id
left join vehicles on vehicles.collision_id = collisions.collision_id
group by collisions.crash_date, collisions.borough_name
