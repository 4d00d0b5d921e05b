-- Collisions that have a place, each in its H3 cell. One in twelve reports has none.
{{config materialized='ephemeral'}}
select
    *,
    {{> h3_cell lat='latitude' lng='longitude'}} as cell
from {{ref 'crashes'}}
where latitude is not null
    and longitude is not null
