-- Where collisions pile up: every H3 cell that has at least `hot_spot_collisions` of them, the worst first.
with cells as (
    select
        cell,
        count(*) as collisions,
        count(*) filter (where persons_injured > 0 or persons_killed > 0) as with_casualties,
{{#each (list 'persons' 'pedestrians' 'cyclists')}}
        cast(coalesce(sum({{this}}_injured), 0) as bigint) as {{this}}_injured,
        cast(coalesce(sum({{this}}_killed), 0) as bigint) as {{this}}_killed,
{{/each}}
        -- of two hours with as many collisions the earlier one, so that the same rows give the same table
        mode(crash_hour order by crash_hour) as worst_hour,
        mode(on_street_name order by on_street_name) as street,
        min(crash_date) as first_collision,
        max(crash_date) as last_collision
    from {{ref 'nyc_collisions_placed'}}
    group by cell
)

select
    row_number() over (order by collisions desc, persons_injured desc, cell) as rank,
    cells.*,
    round({{safe_divide 'with_casualties' 'collisions'}}, 3) as share_with_casualties
from cells
where collisions >= {{var 'hot_spot_collisions'}}
